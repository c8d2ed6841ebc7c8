// Rules are put in order by hand and by key, and show what they would do while they are written.

// ---- order ----
const rowOf = node => node.closest?.('.rule')
let dragged = null, pressed = null

document.addEventListener('dragstart', event => {
    if (!event.target.closest?.('.handle'))
        return
    dragged = rowOf(event.target)
    dragged.classList.add('dragged')
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', dragged.dataset.row)
    event.dataTransfer.setDragImage(dragged, 16, 16)
})
document.addEventListener('dragover', event => {
    const row = dragged && rowOf(event.target)
    unmark()
    if (!row || row === dragged)
        return
    event.preventDefault()
    row.classList.add(isBehind(row, event) ? 'over-after' : 'over-before')
})
document.addEventListener('drop', event => {
    const row = dragged && rowOf(event.target)
    if (!row || row === dragged)
        return
    event.preventDefault()
    const from = Number(dragged.dataset.place), at = Number(row.dataset.place) + (isBehind(row, event) ? 1 : 0)
    const to = at > from ? at - 1 : at
    if (to !== from)
        send(`place:${to} ${dragged.dataset.row}`)
})
document.addEventListener('dragend', () => {
    dragged?.classList.remove('dragged')
    dragged = null
    unmark()
})

const unmark = () => document.querySelectorAll('.over-before, .over-after').forEach(row => row.classList.remove('over-before', 'over-after'))
const isBehind = (row, event) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2

function send(what) {
    const button = document.getElementById('drop')
    button.value = what
    button.form.requestSubmit(button)
}

// On the handle, arrows move the rule; the focus goes with it.
document.addEventListener('keydown', event => {
    const handle = event.target.closest?.('.handle'), way = { ArrowUp: 'up', ArrowDown: 'down' }[event.key]
    if (!handle || !way)
        return
    event.preventDefault()
    const button = rowOf(handle).querySelector(`[value^="${way} "]`)
    if (!button.disabled && !button.form.hasAttribute('aria-busy')) {
        pressed = { row: rowOf(handle).dataset.row, what: '.handle' }
        button.form.requestSubmit(button)
    }
})
document.addEventListener('submit', event => {
    const row = event.submitter && rowOf(event.submitter)
    if (row && !pressed)
        pressed = { row: row.dataset.row, what: `[value^="${event.submitter.value.split(' ')[0]} "]` }
}, true)
document.addEventListener('sms:shown', () => {
    if (!pressed)
        return
    const row = document.querySelector(`.rule[data-row="${CSS.escape(pressed.row)}"]`)
    const button = row?.querySelector(pressed.what)
    ;(button?.disabled ? row.querySelector('.handle') : button)?.focus()
    pressed = null
})

// ---- a trial that runs ----
const look = () => document.querySelector('[data-running]') && document.dispatchEvent(new Event('sms:wanted'))
setInterval(look, 700)

// ---- one rule ----
const form = document.querySelector('form[data-preview]')
if (form) {
    const kept = `rule ${location.pathname}${location.search}`
    restore()
    let soon = 0, asking = null
    form.addEventListener('input', event => {
        room(event.target)
        keep()
        clearTimeout(soon)
        soon = setTimeout(preview, 350)
    })
    form.addEventListener('change', event => {
        const into = event.target.dataset.insert && document.querySelector(event.target.dataset.insert)
        if (!into || !event.target.value)
            return
        into.setRangeText(event.target.value, into.selectionStart, into.selectionEnd, 'end')
        event.target.value = ''
        into.focus()
        into.dispatchEvent(new Event('input', { bubbles: true }))
    })
    form.addEventListener('sms:sent', () => sessionStorage.removeItem(kept))
    document.getElementById('forget').addEventListener('click', () => {
        sessionStorage.removeItem(kept)
        location.reload()
    })
    preview()

    async function preview() {
        asking?.abort()
        asking = new AbortController()
        const panel = document.querySelector('.preview')
        panel.setAttribute('aria-busy', 'true')
        try {
            const answer = await fetch(form.dataset.preview, {
                method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { 'Sms-Live': '1' }, signal: asking.signal,
            })
            if (answer.headers.get('content-type')?.startsWith('text/html')) {
                const parts = new DOMParser().parseFromString(await answer.text(), 'text/html')
                for (const part of parts.querySelectorAll('body > [id]'))
                    document.getElementById(part.id)?.replaceChildren(...part.childNodes)
            }
            panel.removeAttribute('aria-busy')
        } catch (e) {
            if (e.name !== 'AbortError')
                panel.removeAttribute('aria-busy')
        }
    }

    // There is always an empty place for one more action, and for one more time of the week.
    function room(field) {
        const slot = field.closest('[data-slot]'), slots = slot?.parentElement
        const filled = of => [...of.querySelectorAll('input, select')].some(one => one.type === 'checkbox' ? one.checked : one.value)
        if (!slot || slot !== slots.lastElementChild || !filled(slot) || slots.childElementCount >= Number(slots.dataset.slots))
            return
        const next = slot.cloneNode(true), no = Number(slot.dataset.slot) + 1
        next.dataset.slot = no
        next.querySelectorAll('[data-fault]').forEach(fault => fault.remove())
        for (const one of next.querySelectorAll('[name]')) {
            one.name = one.name.replace(/\[\d+\]/, `[${no}]`)
            one.removeAttribute('aria-invalid')
            if (one.type === 'checkbox')
                one.checked = false
            else
                one.value = ''
        }
        slots.append(next)
    }

    function keep() {
        const fields = [...new FormData(form)].filter(([name]) => !name.startsWith('_'))
        sessionStorage.setItem(kept, JSON.stringify(fields))
    }

    function restore() {
        const fields = JSON.parse(sessionStorage.getItem(kept) ?? 'null')
        if (!fields)
            return
        for (const box of form.querySelectorAll('input[type=checkbox]'))
            box.checked = false
        for (const [name, value] of fields) {
            let found = [...form.elements].filter(field => field.name === name)
            if (!found.length) {
                const list = name.replace(/\[\d+\].*/, '[')
                const last = [...form.querySelectorAll('[data-slot]')].filter(slot => slot.querySelector(`[name^="${CSS.escape(list)}"]`)).at(-1)
                last && room(last.querySelector('input, select'))
                found = [...form.elements].filter(field => field.name === name)
            }
            for (const field of found)
                if (field.type === 'checkbox')
                    field.checked ||= field.value === value
                else if (field.type !== 'hidden')
                    field.value = value
        }
        document.getElementById('restored').hidden = false
    }
}
