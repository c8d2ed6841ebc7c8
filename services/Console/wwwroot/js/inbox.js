// What the inbox does beyond what every page does: keeps what is typed until it is sent, counts the segments it would be sent as,
// tells others that somebody writes, and says when somebody else has answered meanwhile.

const basic = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const extension = '\f^{}\\[~]|€'

/**
 * How many short messages a text is sent as: 160 septets of the GSM 7-bit alphabet or 70 units of UTF-16 alone, 153 or 67 in each of
 * several (3GPP TS 23.038, 6.2.1; TS 23.040, 9.2.3.24.1). No character is split over two.
 */
export function segments(text) {
    const outside = [...new Set(text)].filter(character => !basic.includes(character) && !extension.includes(character))
    const gsm = outside.length === 0, [alone, joined] = gsm ? [160, 153] : [70, 67]
    let units = 0, count = 1, used = 0
    for (const character of text) {
        const size = gsm ? (extension.includes(character) ? 2 : 1) : character.length
        units += size
        used + size > joined ? (count++, used = size) : used += size
    }
    return units <= alone
        ? { encoding: gsm ? 'GSM-7' : 'UCS-2', count: 1, units, room: alone, outside }
        : { encoding: gsm ? 'GSM-7' : 'UCS-2', count, units, room: count * joined, outside }
}

const say = () => document.getElementById('say'), text = () => document.getElementById('text')
const kind = () => say().elements.Kind?.value
const key = name => `draft:${say().dataset.ticket}:${name}`

// ---- what is typed ----
function count() {
    const place = document.getElementById('segments')
    if (!place)
        return
    const { encoding, count, units, room, outside } = segments(text().value)
    place.hidden = kind() === 'note' || text().value === ''
    place.textContent = (count === 1 ? place.dataset.one : place.dataset.many)
        .replace('{0}', count).replace('{1}', units).replace('{2}', room).replace('{3}', encoding)
        + (outside.length ? ' ' + place.dataset.outside.replace('{0}', outside.slice(0, 8).join(' ')) : '')
    place.classList.toggle('several', count > 1)
}

function keep() {
    if (text().value === '')
        ['text', 'kind'].forEach(name => sessionStorage.removeItem(key(name)))
    else {
        sessionStorage.setItem(key('text'), text().value)
        sessionStorage.setItem(key('kind'), kind())
    }
}

function insert(words) {
    const box = text()
    box.setRangeText(words, box.selectionStart, box.selectionEnd, 'end')
    box.focus()
    box.dispatchEvent(new Event('input', { bubbles: true }))
}

// ---- who writes ----
const every = 5000
let told = 0, writing = false

function writes(now) {
    if (now ? Date.now() - told < every : !writing)
        return
    told = now ? Date.now() : 0
    writing = now
    fetch(`/tickets/${say().dataset.ticket}/writing`, {
        method: 'POST', keepalive: true, headers: { 'Sms-Live': '1' },
        body: new URLSearchParams({ __RequestVerificationToken: say().elements.__RequestVerificationToken.value, ended: String(!now) }),
    }).catch(() => { /* Nobody is told. That is all. */ })
}

// Somebody whose browser is gone says no end.
let gone = 0
function forget() {
    clearTimeout(gone)
    gone = setTimeout(() => document.querySelector('[data-writers]')?.remove(), 20000)
}

// ---- who answered meanwhile ----
let begunAt = null

function meanwhile() {
    const note = document.getElementById('answered'), last = say().dataset.lastReply ?? ''
    if (text().value === '')
        begunAt = null
    else
        begunAt ??= last
    const who = last.split(' ')[1]
    const is = begunAt !== null && last !== begunAt && who !== say().dataset.me
    note.hidden = !is
    note.textContent = is ? say().dataset.answered.replace('{0}', who) : ''
}

function begin() {
    if (!say())
        return
    const draft = sessionStorage.getItem(key('text'))
    if (draft && text().value === '') {
        text().value = draft
        const was = [...say().elements.Kind].find(radio => radio.value === sessionStorage.getItem(key('kind')) && !radio.disabled)
        if (was)
            was.checked = true
    }
    count()
    meanwhile()
    forget()
}

document.addEventListener('input', event => {
    if (event.target === text()) {
        keep()
        count()
        meanwhile()
        writes(text().value !== '')
    }
})
document.addEventListener('change', event => {
    if (event.target.name === 'Kind') {
        keep()
        count()
        text().focus()
    }
})
document.addEventListener('focusout', event => event.target === text() && writes(false))
addEventListener('pagehide', () => say() && writes(false))
document.addEventListener('sms:sent', event => {
    if (event.target === say()) {
        keep()
        count()
        meanwhile()
        writes(false)
    }
    event.target.closest('details')?.removeAttribute('open')
    document.querySelectorAll('details.menu[open]').forEach(menu => menu.open = false)
})
document.addEventListener('sms:shown', begin)

// ---- keys and menus ----
document.addEventListener('keydown', event => {
    if (event.target === text() && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        say().requestSubmit(say().querySelector(kind() === 'note' ? '.noting button' : '[data-send-first]'))
    }
    if (event.key !== 'Escape')
        return
    const menu = event.target.closest('details.menu[open]') ?? document.querySelector('details.menu[open]')
    if (menu) {
        menu.open = false
        menu.querySelector('summary').focus()
    } else if (event.target.matches('#text, #q'))
        event.target.blur()
})
document.addEventListener('click', event => {
    const canned = event.target.closest('[data-insert]')
    if (canned) {
        event.preventDefault()
        canned.closest('details').open = false
        insert(canned.dataset.insert)
    }
    // A key presses the same as a click: whoever is chosen already gets the focus again.
    if (event.target.name === 'Kind')
        text().focus()
    for (const menu of document.querySelectorAll('details.menu[open]'))
        if (!menu.contains(event.target))
            menu.open = false
})

// ---- the list stays where it was scrolled to, from ticket to ticket ----
const list = document.getElementById('list')
if (list) {
    list.scrollTop = Number(sessionStorage.getItem('inbox:scroll') ?? 0)
    document.querySelector('.ticket[aria-current]')?.scrollIntoView({ block: 'nearest' })
    addEventListener('pagehide', () => sessionStorage.setItem('inbox:scroll', String(list.scrollTop)))
}
begin()
