// X: what npm's twitter-text says. Writes x.jsonl, [text, weight] a line, and x_emoji.jsonl, [weight, "emoji emoji …"].
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { lines, strings } from './strings.mjs'

const [packages, output] = process.argv.slice(2)
const twitter = createRequire(join(packages, 'node_modules', 'x'))('twitter-text')
const weight = text => twitter.parseTweet(text).weightedLength

/** Every emoji that Unicode recommends, as this node knows them. */
function emoji() {
  const known = /^\p{RGI_Emoji}$/v
  const any = Array.from({ length: 0x1fb00 }, (_, code) => String.fromCodePoint(code)).filter(one => /^\p{Emoji}$/u.test(one))
  const skins = ['', '\u{1f3fb}', '\u{1f3fd}', '\u{1f3ff}', '\ufe0f']
  const forms = any.flatMap(one => skins.map(skin => one + skin))
  const people = ['👨', '👩', '🧑', '👦', '👧', '🧒', '🏳️', '🐕', '🐈', '🐻', '🐦', '❤️', '👁️', '🏴', '😮', '😵', '😶', '🙂', '⛓️', '🍄', '🍋']
  const starts = [...forms.filter(form => /^\p{Emoji_Modifier_Base}/u.test(form)), ...people]
  const pairs = starts.flatMap(start => any.flatMap(end => [`${start}\u200d${end}`, `${start}\u200d${end}\ufe0f`]))
  const parents = ['👨', '👩', '🧑'], children = ['👦', '👧', '🧒'], z = '\u200d'
  const families = parents.flatMap(a => [...children, ...parents.flatMap(b => children.map(c => b + z + c))].flatMap(rest =>
    [a + z + rest, ...children.map(child => a + z + rest + z + child)]))
  const tones = skins.slice(0, 4)
  const couples = parents.flatMap(a => parents.flatMap(b => tones.flatMap(s => tones.flatMap(t =>
    ['❤️', '❤️\u200d💋', '🤝'].map(middle => a + s + z + middle + z + b + t)))))
  const flags = any.filter(one => /\p{RI}/u.test(one)).flatMap((one, _, all) => all.map(other => one + other))
  const tagged = ['gbeng', 'gbsct', 'gbwls', 'usca'].map(tag => '🏴' + [...tag].map(c => String.fromCodePoint(0xe0000 + c.codePointAt(0))).join('') + '\u{e007f}')
  const keys = [...'0123456789#*'].map(key => key + '\ufe0f\u20e3')
  return [...new Set([...forms, ...pairs, ...families, ...couples, ...flags, ...tagged, ...keys])].filter(one => known.test(one))
}

const weighed = Map.groupBy?.(emoji(), weight) ?? emoji().reduce((map, one) => map.set(weight(one), [...(map.get(weight(one)) ?? []), one]), new Map())
const rows = [...weighed].flatMap(([number, list]) => Array.from({ length: Math.ceil(list.length / 40) }, (_, row) => [number, list.slice(row * 40, row * 40 + 40).join(' ')]))

writeFileSync(join(output, 'x.jsonl'), lines(strings(23).map(text => [text, weight(text)])))
writeFileSync(join(output, 'x_emoji.jsonl'), rows.map(row => JSON.stringify(row) + '\n').join(''))
