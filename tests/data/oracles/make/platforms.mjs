// The other platforms: the slow and literal reading of their documents, written apart from Sokbo's and in another
// language. Writes platforms.jsonl: the names of the columns, then [text, number, number, …] a line.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { lines, strings } from './strings.mjs'

const [packages, output] = process.argv.slice(2)
const part = name => createRequire(join(packages, 'node_modules', 'x'))(`twitter-text/dist/regexp/${name}`).source

// ── Units ────────────────────────────────────────────────────────────────────────────────────────────────────────

const clusters = text => [...new Intl.Segmenter('ko', { granularity: 'grapheme' }).segment(text)].map(one => one.segment)
const points = text => [...text].length
const units = text => text.length

function bytes(text) {
  let sum = 0
  for (const character of text) {
    const code = character.codePointAt(0)
    sum += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return sum
}

// ── Mastodon ─────────────────────────────────────────────────────────────────────────────────────────────────────
// A link is twitter-text's, with a path and a query as the server's twitter_regex.rb has them; without a scheme it only
// takes up the text. A mention is its MENTION_RE, unless what follows makes none of it.

const white = '\\t-\\r \\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000'
const general = `[^${white}<>()?]`
const parens = `\\((?:${general}+|${general}*\\(${general}+\\)${general}*)\\)`
const ending = `(?:[^${white}()?!*"'「」<>;:=,.$%\\[\\]~&|@]|${parens})`
const path = `(?:${general}*(?:${parens}${general}*)*${ending}|${general}+/)`
const beyond = '\\u00A0-\\uFDCF\\uFDF0-\\uFFEF'
const query = `\\?[a-z0-9!?*'();:&=+$/%#\\[\\]\\-_.,~|@^${beyond}]*[a-z0-9_&=#/\\-${beyond}]`
const address = new RegExp(`(${part('validUrlPrecedingChars')})((https?:\\/\\/)?(${part('validDomain')})(?::[0-9]+)?(?:/${path}*)?(?:${query})?)`, 'gi')

const twitterIdna = (() => createRequire(join(packages, 'node_modules', 'x'))('twitter-text/dist/lib/idna'))()
const asciiDomain = new RegExp(part('validAsciiDomain'), 'i')

function mastodon(text) {
  let shown = '', read = 0
  for (const found of text.includes('.') ? text.matchAll(address) : []) {
    const [, before, url, scheme, domain] = found
    const valid = twitterIdna.toAscii(domain) && (domain.slice(0, 4) !== 'xn--' || asciiDomain.test(domain)) && (scheme ?? 'https://').length + url.length <= 4096
    if (!scheme || !valid) continue
    shown += text.slice(read, found.index + before.length) + 'x'.repeat(23)
    read = found.index + before.length + url.length
  }
  shown += text.slice(read)
  const mention = /(?<![=/\p{L}\p{M}\p{Nd}\p{Pc}])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[\p{L}\p{M}\p{Nd}\p{Pc}]+(?:[.-]+[\p{L}\p{M}\p{Nd}\p{Pc}]+)*/giu
  return clusters(shown.replace(mention, (whole, user, offset) => /^([@＠\u00c0-\u024f]|:\/\/)/.test(shown.slice(offset + whole.length)) ? whole : user)).length
}

// ── The others ───────────────────────────────────────────────────────────────────────────────────────────────────

const isPictorial = text => [...text].some(one => /^[\p{Extended_Pictographic}\p{RI}\p{EMod}\ufe0f\u20e3]$/u.test(one))
const threads = text => clusters(text).reduce((sum, one) => sum + (isPictorial(one) ? bytes(one) : points(one)), 0)

/** The least that is at most 300 when both limits are kept: 300 graphemes, 3,000 bytes. */
const bluesky = text => Math.max(clusters(text).length, Math.ceil(bytes(text) / 10))

function slack(text) {
  const escaped = [...text].map(one => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one] ?? one).join('')
  return points(escaped)
}

/** Canonical JSON, character by character. */
function json(text) {
  const short = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' }
  return '"' + [...text].map(one => short[one] ?? (one < ' ' ? '\\u' + one.charCodeAt(0).toString(16).padStart(4, '0') : one)).join('') + '"'
}
const matrix = text => bytes(`{"body":${json(text)},"formatted_body":${json('<b>' + text + '</b>')}}`)

const emailLine = text => Math.max(...text.split(/\r\n|\n|\r/).map(bytes))
const emailSubject = text => points('Subject: ' + text)

const measures = {
  code_points: points, utf16: units, utf8: bytes, mastodon, bluesky, threads, discord: units, slack, matrix, web_push: bytes, line: units, email_line: emailLine, email_subject: emailSubject,
}
const rows = strings(500).filter(text => text.length < 500).map(text => [text, ...Object.values(measures).map(measure => measure(text))])
writeFileSync(join(output, 'platforms.jsonl'), lines([Object.keys(measures), ...rows]))
