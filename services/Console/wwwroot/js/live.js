// Keeps a page as the server would render it now: when the server tells that something changed, and after every form, the page is
// fetched again and what differs is put in place. Without this script everything works too, page by page.
import { morph } from './morph.js'

const asked = { 'Sms-Live': '1', Accept: 'text/html, application/problem+json' }

// ---- the viewer's clock ----
const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC')
if (!document.cookie.includes(`sms-zone=${zone}`))
    document.cookie = `sms-zone=${zone}; path=/; max-age=31536000; samesite=lax`

// ---- the page again ----
let busy = false, wanted = false, cost = 0

/** Fetches the page again and puts what differs in place; asked for meanwhile, once more. */
export async function refresh() {
    if (busy || document.hidden) {
        wanted = true
        return
    }
    busy = true
    wanted = false
    const began = performance.now()
    try {
        const here = location.href
        const answer = await fetch(here, { headers: asked, cache: 'no-store' })
        if (answer.status === 401)
            return location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`)
        // While a version of the console is replaced, or the page is being left, what is shown stays.
        if (answer.headers.get('content-type')?.startsWith('text/html') && location.href === here)
            show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
        offline(answer.status >= 502)
    } catch {
        offline(true)
    } finally {
        cost = performance.now() - began
        busy = false
        if (wanted)
            setTimeout(refresh, Math.max(150, 3 * cost))
    }
}

let spoken = 0
function show(page) {
    const ends = [...document.querySelectorAll('[data-stick]')].filter(box => box.scrollHeight - box.scrollTop - box.clientHeight < 60).map(box => box.id)
    document.title = page.title
    // What was said stays for a while, whatever changes meanwhile: the page that is fetched next does not say it again.
    const said = page.getElementById('said'), before = document.getElementById('said')
    if (said && before && !said.childElementCount)
        said.replaceChildren(...[...before.childNodes].map(node => node.cloneNode(true)))
    else if (said?.childElementCount) {
        clearTimeout(spoken)
        spoken = setTimeout(() => document.getElementById('said')?.replaceChildren(), 8000)
    }
    morph(document.body, page.body)
    ends.forEach(id => toEnd(document.getElementById(id)))
    document.dispatchEvent(new Event('sms:shown'))
}

const toEnd = box => box && (box.scrollTop = box.scrollHeight)
document.querySelectorAll('[data-stick]').forEach(toEnd)

document.addEventListener('sms:wanted', refresh)

// ---- told what changed ----
let told = 0
const topics = document.querySelector('meta[name=sms-live]')?.content
if (topics)
    listen()
const every = Number(document.querySelector('meta[name=sms-every]')?.content)
if (every)
    setInterval(refresh, every * 1000)

function listen() {
    const source = new EventSource(`/live?topics=${encodeURIComponent(topics)}`)
    source.addEventListener('hello', () => {
        offline(false)
        // What changed after the page was written and before this listened, nobody will tell.
        refresh()
    })
    source.addEventListener('changed', () => {
        clearTimeout(told)
        told = setTimeout(refresh, Math.max(60, cost))
    })
    source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) {
            // Refused, and the browser does not try again by itself: the session is over, or the console restarts.
            setTimeout(listen, 3000)
            refresh()
        }
    })
}

document.addEventListener('visibilitychange', () => !document.hidden && wanted && refresh())

let away = 0
function offline(is) {
    clearTimeout(away)
    const note = document.getElementById('offline')
    if (!is)
        note?.toggleAttribute('hidden', true)
    else {
        note?.toggleAttribute('hidden', false)
        away = setTimeout(refresh, 3000)
    }
}

// ---- forms ----
document.addEventListener('submit', async event => {
    const form = event.target, button = event.submitter
    if (event.defaultPrevented || form.hasAttribute('data-plain') || form.method !== 'post')
        return
    event.preventDefault()
    if (form.hasAttribute('aria-busy') || (button?.dataset.confirm && !confirm(button.dataset.confirm)))
        return
    form.setAttribute('aria-busy', 'true')
    complain(form)
    try {
        const content = new FormData(form, button)
        const files = [...content.values()].some(value => value instanceof File)
        const answer = await fetch(button?.getAttribute('formaction') ?? form.getAttribute('action'), {
            method: 'POST', headers: asked, body: files ? content : new URLSearchParams(content),
        })
        const go = answer.headers.get('sms-go')
        if (answer.ok && go) {
            form.closest('dialog')?.close()
            form.reset()
            form.dispatchEvent(new CustomEvent('sms:sent', { bubbles: true }))
            if (new URL(go, location.href).pathname !== location.pathname)
                return location.assign(go)
            if (go !== location.pathname + location.search)
                history.replaceState(null, '', go)
            await refresh()
        } else if (answer.status === 401)
            location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`)
        else {
            complain(form, await answer.json().catch(() => ({})))
            if (answer.status === 412 || answer.status === 409)
                refresh()
        }
    } catch {
        complain(form, { detail: document.getElementById('offline')?.textContent })
    } finally {
        form.removeAttribute('aria-busy')
    }
})

/** Says beside a form why it was refused, and beside each field what is wrong with it; or that it was not. */
function complain(form, problem) {
    form.querySelectorAll('[data-fault]').forEach(fault => fault.remove())
    form.querySelectorAll('[aria-invalid]').forEach(field => {
        field.removeAttribute('aria-invalid')
        field.removeAttribute('aria-errormessage')
    })
    const place = form.querySelector('[data-problem]')
    if (!place)
        return problem && alert(problem.detail)
    place.hidden = !problem
    place.textContent = problem ? problem.detail || problem.title || '?' : ''
    let first = null
    for (const [name, faults] of Object.entries(problem?.errors ?? {})) {
        const field = fieldOf(form, name)
        if (!field)
            continue
        field.closest('details')?.setAttribute('open', '')
        field.setAttribute('aria-invalid', 'true')
        first ??= field
        // One fault that the form has said already is not said twice.
        if (faults.join(' ') === place.textContent)
            continue
        const fault = document.createElement('span')
        Object.assign(fault, { id: `fault-${name}`.replace(/[^\w-]/g, '-'), className: 'fault', textContent: faults.join(' ') })
        fault.dataset.fault = name
        fault.dataset.stay = ''
        fault.setAttribute('role', 'alert')
        field.setAttribute('aria-errormessage', fault.id)
        field.after(fault)
    }
    // What no field is to blame for is said at the form's head, which may be out of sight.
    if (first)
        first.focus()
    else if (problem)
        place.scrollIntoView({ block: 'nearest' })
}

/** The field a problem names: by its whole name, or by the last part of it. */
function fieldOf(form, name) {
    const fields = [...form.elements].filter(field => field.name && field.type !== 'hidden')
    const last = name.toLowerCase().split('.').at(-1)
    return fields.find(field => field.name === name) ?? fields.find(field => field.name.toLowerCase() === last)
}

// Looking for something: the page follows while it is typed.
let typed = 0
document.addEventListener('input', event => {
    const form = event.target.form
    if (!form?.hasAttribute('data-search'))
        return
    clearTimeout(typed)
    typed = setTimeout(() => {
        const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''))
        history.replaceState(null, '', `${form.getAttribute('action')}?${query}`)
        refresh()
    }, 200)
})
document.addEventListener('change', event => event.target.hasAttribute('data-send') && event.target.form.requestSubmit())

// ---- small things that many pages have ----

// On a phone a bar of links is wider than the screen: it begins where one is.
function showWhereOneIs() {
    document.querySelectorAll('nav [aria-current]').forEach(here => {
        const bar = here.closest('nav'), at = here.getBoundingClientRect(), edge = bar.getBoundingClientRect()
        bar.scrollLeft += at.left - edge.left - (edge.width - at.width) / 2
    })
}
showWhereOneIs()
addEventListener('resize', showWhereOneIs)

document.addEventListener('click', async event => {
    const copy = event.target.closest('[data-copy]'), open = event.target.closest('[data-open]'), close = event.target.closest('[data-close]')
    if (copy) {
        const from = document.querySelector(copy.dataset.copy)
        await navigator.clipboard.writeText(from.value ?? from.textContent)
        copy.dataset.done = 'true'
        setTimeout(() => delete copy.dataset.done, 1500)
    }
    if (open)
        document.querySelector(open.dataset.open)?.showModal()
    close?.closest('dialog')?.close()
})

// Single keys, where nothing is being typed: whatever has data-key is clicked, or gets the focus.
document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog[open], [contenteditable]'))
        return
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)
    if (target) {
        event.preventDefault()
        target.matches('input, textarea, select') ? target.focus() : target.click()
    }
})
