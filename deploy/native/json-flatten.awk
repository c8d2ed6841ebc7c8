# Turns one JSON document into lines of path, tab, value, for example
#   items[0].reply<tab>We are open from 9 to 5
# Line breaks and tabs inside strings become spaces; an empty object or array gives no line.
# Works with mawk, gawk and busybox; run it with LC_ALL=C, so that a character is a byte.

BEGIN { for (i = 0; i < 256; i++) HEX[sprintf("%02x", i)] = i }

{ text = text (NR > 1 ? "\n" : "") $0 }

END { at = 1; value(""); exit failed }

function space() { while (index(" \t\r\n", ch = substr(text, at, 1)) && ch != "") at++ }

function value(path) {
    space()
    if (ch == "{") object(path)
    else if (ch == "[") array(path)
    else if (ch == "\"") print path "\t" string()
    else if (match(substr(text, at, 64), /^(-?[0-9][-+.0-9eE]*|true|false|null)/)) {
        print path "\t" substr(text, at, RLENGTH)
        at += RLENGTH
    } else { failed = 1; exit 1 }
}

function object(path,    name) {
    at++
    for (space(); ch != "}" && ch != ""; space()) {
        if (ch == ",") { at++; space() }
        name = string(); space(); at++
        value(path == "" ? name : path "." name)
    }
    at++
}

function array(path,    n) {
    at++
    for (space(); ch != "]" && ch != ""; space()) {
        if (ch == ",") at++
        value(path "[" n++ + 0 "]")
    }
    at++
}

function string(    out, part, c) {
    at++
    while (match(substr(text, at), /^[^"\\]+/) || substr(text, at, 1) == "\\") {
        if (substr(text, at, 1) != "\\") {
            part = substr(text, at, RLENGTH)
            gsub(/[\t\r\n]/, " ", part)
            out = out part
            at += RLENGTH
            continue
        }
        c = substr(text, at + 1, 1)
        at += 2
        if (c == "u") out = out unicode()
        else out = out (index("bfnrt", c) ? " " : c)
    }
    at++
    return out
}

function hex(s) { s = tolower(s); return HEX[substr(s, 1, 2)] * 256 + HEX[substr(s, 3, 2)] }

# \uXXXX, or a surrogate pair of them, as UTF-8.
function unicode(    code, low) {
    code = hex(substr(text, at, 4)); at += 4
    if (code >= 55296 && code < 56320 && substr(text, at, 2) == "\\u") {
        low = hex(substr(text, at + 2, 4)); at += 6
        code = 65536 + (code - 55296) * 1024 + low - 56320
    }
    if (code < 32) return " "
    if (code < 128) return sprintf("%c", code)
    if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
    if (code < 65536) return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
    return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64, 128 + int(code / 64) % 64, 128 + code % 64)
}
