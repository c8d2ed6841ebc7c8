// Makes one element like another, changing only what differs: what is focused, typed, opened or scrolled stays as it is.

/** Makes `now` like `then`, which is used up. */
export function morph(now, then) {
    // Why a form was refused is known here only.
    if (now.matches('[data-problem]'))
        return
    attributes(now, then)
    if (now.matches('iframe, [data-keep-content]'))
        return
    if (now.matches('textarea')) {
        if (now.value === now.defaultValue && now !== document.activeElement)
            now.value = then.defaultValue
        now.defaultValue = then.defaultValue
        return
    }
    children(now, then)
}

function attributes(now, then) {
    const keeps = now.matches('details[data-keep], dialog') ? ['open'] : now.matches('input') ? ['value', 'checked'] : now.matches('option') ? ['selected'] : []
    for (const { name } of [...now.attributes])
        if (!then.hasAttribute(name) && !keeps.includes(name) && !/^aria-(busy|invalid|errormessage)$/.test(name))
            now.removeAttribute(name)
    for (const { name, value } of then.attributes)
        if (now.getAttribute(name) !== value && !keeps.includes(name))
            now.setAttribute(name, value)
    if (now.matches('input') && now.type !== 'file') {
        // What somebody has changed is theirs until it is sent.
        const touched = now === document.activeElement || (/checkbox|radio/.test(now.type) ? now.checked !== now.defaultChecked : now.type !== 'hidden' && now.value !== now.defaultValue)
        now.defaultChecked = then.defaultChecked
        now.setAttribute('value', then.getAttribute('value') ?? '')
        if (!touched) {
            now.value = then.value
            now.checked = then.checked
        }
    }
    if (now.matches('option') && now.defaultSelected !== then.defaultSelected) {
        now.defaultSelected = then.defaultSelected
        if (now.closest('select') !== document.activeElement)
            now.selected = then.defaultSelected
    }
}

const keyOf = node => node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset.row || null : null

function children(now, then) {
    const keyed = new Map([...now.childNodes].filter(keyOf).map(node => [keyOf(node), node]))
    let at = now.firstChild
    // What is shown once is in no later page, and stays until the page is left.
    const stays = node => node?.nodeType === Node.ELEMENT_NODE && node.hasAttribute('data-stay') && ![...then.children].some(child => child.id === node.id)
    for (const wanted of [...then.childNodes]) {
        while (stays(at))
            at = at.nextSibling
        const key = keyOf(wanted)
        let match = key ? keyed.get(key) : null
        if (!match && !key && at && alike(at, wanted))
            match = at
        if (match && alike(match, wanted)) {
            if (match === at)
                at = at.nextSibling
            else
                now.insertBefore(match, at)
            if (match.nodeType === Node.ELEMENT_NODE)
                morph(match, wanted)
            else if (match.data !== wanted.data)
                match.data = wanted.data
        } else
            now.insertBefore(wanted, at)
    }
    while (at) {
        const next = at.nextSibling
        if (!stays(at))
            at.remove()
        at = next
    }
}

const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b)
