// Grapheme clusters: what node's Intl.Segmenter says. Writes graphemes.jsonl: a line with the version of Unicode that
// this node has, then [text, count] a line.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lines, strings } from './strings.mjs'

const segmenter = new Intl.Segmenter('ko', { granularity: 'grapheme' })
const count = text => [...segmenter.segment(text)].length

writeFileSync(
  join(process.argv[2], 'graphemes.jsonl'),
  lines([{ unicode: process.versions.unicode }, ...strings(300).filter(text => text.length < 500).map(text => [text, count(text)])]),
)
