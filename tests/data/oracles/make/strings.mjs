// The strings that every oracle is asked about: what a newsroom writes, written by hand, and mixtures of it that no
// newsroom would write. The same strings come out on every run; nothing here knows how anything is counted.

/** Numbers from 0 up to 1, the same on every run (mulberry32). */
export function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export const NEWS = [
  '속보', '[속보] 국회, 내년도 예산안 의결', '[단독] “서울 지하철 2호선, 23일부터 새벽 1시까지 연장”', '(종합) 한은, 기준금리 3.25%로 동결',
  '[1보] 지진 발생… 규모 4.2', '코스피 2,501.34 마감(+1.2%)', '원·달러 환율 1,384.5원', '₩86억 추징', '기온 -3.5℃, 미세먼지 ‘나쁨’',
  '그는 “사실이 아니다”라고 말했다.', '2024. 7. 22. 오전 9시 30분', '3.5% 올랐다.그는 웃었다', '① 서울 ② 부산 ③ 대구', '▲ 사진 = 연합뉴스',
  '○○○ 기자 desk@newsdao.kr', '北 “미사일 발사”… 軍 “대비태세 강화”', '大法 “파기환송”', '李대통령·美국무 회담', '1km²당 200명', '㈜한국전자',
  'AI 도입률 40%', 'U.S. and U.K. agree', 'Breaking: Seoul–Busan line reopens — officials', 'Café déjà vu, naïve façade', 'Ελλάδα και ειδήσεις',
  'Москва и область', 'ニュース速報:東京で震度4', '突发：台北地震', 'ข่าวด่วน กรุงเทพฯ', 'हिन्दी समाचार', 'عاجل: الرياض', 'חדשות היום', 'தமிழ் செய்திகள்',
  'Tiếng Việt nóng', 'ქართული ამბები', 'Հայերեն լուրեր', 'ខ្មែរ', 'မြန်မာ', 'ᄒᆞᆫ글 옛글', '훈민정음 ㆍ 아래아', 'ﬁne ligatures ½ ™', 'a\r\nb', '첫 줄\n둘째 줄', '\t들여쓴 글',
]

export const MARKS = [
  '', ' ', 'a', '가', 'é', 'e\u0301', '각', '각', '\u1112\u1161\u11ab', 'Å', '\u212b', '\u0958', '\ufb1d', '\u0344', 'ﷺ', 'ẞ', 'ſ', 'ı', 'ǅ', 'ι', 'Ι', 'ͅ', 'ᲀ', 'ⱥ', '\ua7dc',
  '\u0000', '\u0007', '\u001b', '\u007f', '\u0085', '\u00a0', '\u00ad', '\u034f', '\u061c', '\u115f', '\u180e', '\u200b', '\u200c', '\u200d', '\u200e', '\u2028', '\u202e',
  '\u2060', '\u2066', '\u3000', '\u3164', '\ufe0e', '\ufe0f', '\ufeff', '\ufffd', '\ufffe', '\uffff', '\ud83d', '\ude00', '\ud800', '\udfff', '𠮷', '𝒜', '\u{10ffff}', '\u{e0041}',
  '…', '—', '“”', '‘’', '·', '•', '₩', '€', '※', '㎞', '①', 'Ⅳ', '←', '†', '‰', '′', '‼', '。', '．', '｡', '＠', '＃', '&', '<b>', '"', '\\', "'", '`',
]

export const ADDRESSES = [
  'https://newsdao.kr/news/2026/11/20/night-bus/', 'http://a.kr', 'https://a.kr', 'HTTPS://A.KR/X', 'hTtP://Naver.Com', 'https://newsdao.kr:8080/a?b=c#d', 'https://a.kr:/x',
  'https://a.kr/x?y=', 'https://a.kr/x.', 'https://a.kr/x!', 'https://a.kr?', 'https://a.kr?q', 'https://a.kr#f', 'https://a.kr/#f', 'https://a.kr/(괄호)', 'https://a.kr/(a)(b)',
  'https://en.wikipedia.org/wiki/A_(b)', 'https://a.kr/a(b(c)d)e', 'https://a.kr/a(b(c(d)))', 'https://a.kr/(', 'https://a.kr/()', 'https://a.kr/a(b', 'https://a.kr/뉴스/한글', 'https://a.kr/x뉴스',
  'https://newsdao.kr/%EB%89%B4%EC%8A%A4/', 'https://뉴스.한국/a', 'https://뉴스.한국', 'https://xn--3e0b707e.kr/', 'http://xn--한글.kr', 'https://뉴스.kr', 'https://news.삼성', 'https://뉴스.닷컴/x',
  'https://москва.рф/новости', 'https://МОСКВА.РФ', 'https://例え.コム', 'https://قطر.قطر', 'https://bücher.de/é', 'https://x.vermögensberatung', 'https://x.vermögenſberatung', 'https://भारत.भारत',
  'newsdao.kr', 'newsdao.kr/a/b?c=d', 'newsdao.kr?a=b', 'newsdao.kr:80', 'newsdao.kr:80/x', 'www.bbc.co.uk/news', 'naver.com', 'Naver.COM', 'x.com', 'example.museum', 'README.md', 'Node.js', 'v1.2',
  'a.b.c', 'foo.zuerich', 'foo.xn--p1ai', '뉴스.한국', '서울newsdao.kr', 'newsdao.kr에서', '한국.com', 'é.kr', 'éa.kr', 'a.é.kr', 'a_b.kr', 'a_b.c.kr', 'a-b.kr', '-a.kr', 'a-.kr', '_a.kr', 'a._b.kr', 'a..kr',
  'https://a_b.kr', 'https://a_b.c.kr', 'https://-a.kr', 'https://a-.kr', 'https://_a.kr', 'https://a..kr', 'https://.kr', 'https://a.kr.', 'https://a.kr-', 'https://a.kr@b', 'https://a.kr+', 'https://a.kr_b',
  'https://foo.zuerich/a', 'https://foo.newsdaotld/a', 'https://localhost:8700/x', 'https://127.0.0.1/x', 'https://', 'http://.', 'https:/a.kr', 'ttps://a.kr', 'xhttps://a.kr', '1https://a.kr', '가https://a.kr',
  '#https://a.kr', '@https://a.kr', '$a.kr', '@a.kr', '#a.kr', '＠a.kr', '＃a.kr', '/a.kr', '-a.kr', '.a.kr', '://a.kr', 'ftp://a.kr', 'mailto:desk@newsdao.kr', 'desk@newsdao.kr', 'u@가.kr',
  'https://t.co/abcdef', 'https://t.co/abcdef/ghi-jkl', 'http://t.co/a?b=c', 'https://t.co/a_b', 'https://t.co', 'https://t.co/', 't.co/abc', 'HTTPS://T.CO/ABC', 'https://t.co:80/a', 'https://t.co/' + 'a'.repeat(40), 'https://t.co/' + 'a'.repeat(41),
  'https://a.kr/@user/', 'https://a.kr/@user', 'https://m.kr/@user@host.kr', 'https://a.kr/a@b/', 'https://a.kr/é', 'https://a.kr/é.', 'https://a.kr/ι', 'https://a.kr/я', 'https://a.kr/–', 'https://a.kr/–x', 'https://a.kr/~', 'https://a.kr/~x', 'https://a.kr/「x」', 'https://a.kr/x?한=글',
  'https://a.kr/x?q=“인용”', 'https://a.kr/x,y;z', 'https://a.kr/*', 'https://a.kr/1️⃣', 'https://a.kr/😀', 'https://😀.kr/', '😀.kr', '😀a.kr', 'a😀.kr', 'https://a😀.kr/x', 'a.kr😀', 'https://a.kr👍🏽',
  'http://a.kr,http://b.kr', 'http://a.krhttp://b.kr', 'http://a.kr/http://b.kr', 'a.kr/b.kr', 'a.krb.kr', 'a.kr가b.kr', 'a.kr가b.kr/x', 'naver.com에서.다음.com/abc', 'naver.com👍🏽.한국/abc', 'a.kr👨‍👩‍👧나.한국/abcdefgh', 'a.kr.가.나', 'a.kr.b', 'a.kr.B.co.kr가',
  'a.krx.가a.kr나.한국/xyz', 'b-a.kr가a.kr나.한국/x', '(a.kr)', '[a.kr]', '<a.kr>', '“a.kr”', '‘https://a.kr’', '「https://a.kr/x」', 'a.kr…', 'a.kr,b.kr', 'https://' + 'a'.repeat(63) + '.kr', 'https://' + 'a'.repeat(64) + '.kr',
  'https://' + '가'.repeat(20) + '.kr', 'https://' + '가'.repeat(57) + '.kr', 'https://' + '힣똠'.repeat(22) + '.kr', 'https://가。나.kr', 'https://가．' + 'a'.repeat(58) + '.kr', 'https://a\u200db.kr', 'https://a\u0007.kr', 'https://a"b.kr', 'https://a`b.kr',
  'https://' + 'abc.'.repeat(80) + 'kr', 'https://a.kr/' + 'b'.repeat(4075), 'https://a.kr/' + 'b'.repeat(4076), 'https://a.kr/' + 'b'.repeat(4200), 'a.kr/' + 'b'.repeat(4083), 'a.kr/' + 'b'.repeat(4084),
]

export const EMOJI = [
  '😀', '👍', '👍🏽', '🙏🏻', '❤', '❤️', '❤︎', '☺️', '☎', '☎️', '✈', '✈️', '⚕️', '©', '©️', '®', '™', '™️', '♟', '♟️', '♀', '♀️', 'ℹ️', '‼️', '⁉️', '▶️', '▶', '☝', '☝️', '☝🏽', '☝️🏽', '☝︎', '✌️', '⛹️', '⛹🏽‍♀️', '⛹️‍♀️', '⛹‍♀️',
  '1️⃣', '1⃣', '#️⃣', '*️⃣', '*⃣', 'a⃣', '🇰🇷', '🇰🇷🇯🇵', '🇰', '🇰🇷🇰', '🇦🇦', '🇦🇦🇰🇷', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁵󠁳󠁣󠁡󠁿', '🏴', '🏳️‍🌈', '🏳‍🌈', '🏴‍☠️', '🏴‍☠', '👁️‍🗨️', '👁‍🗨', '👨‍👩‍👧', '👨‍👩‍👧‍👦', '👩‍👩‍👦‍👦', '👨‍👦', '👩‍👧‍👧', '👦‍👦', '👨‍👩',
  '👩‍❤️‍💋‍👨', '👩‍❤‍👨', '👨‍❤️‍👨', '👨‍❤️‍👩', '👩‍⚕️', '👩‍⚕', '👩🏻‍🚒', '👨‍🦰', '👨🏽‍🦳', '🧑‍🚀', '🧑🏻‍🤝‍🧑🏻', '👫🏽', '🐕‍🦺', '🐻‍❄️', '🏃🏽‍♀️', '🏃‍♂', '🏃‍♀️‍➡️', '👯‍♀️', '👯🏽‍♀️', '🕵️‍♀️', '🕵🏽‍♂️', '🕵‍♂️', '🕵️', '🕵🏽', '🧞‍♂️', '🤼🏽‍♀️',
  '🏽', '🦰', '🫶🏽', '🤌🏽', '🫩', '🪾', '🥹', '🧑‍🧑‍🧒', '⛓️‍💥', '🙂‍↔️', '❤️‍🔥', '🏳️‍⚧️', '‍', '‍♀️', '👍‍', '😀️', '😀︎', '👍️🏽', '🚨', '🔴', '⚡', '⚡️', '⏰', '☀️', '⛈️', '🀄', '🅰️', '🈷️', '㊗️', '〰️', '🐿️',
]

const FRAGMENTS = [
  ...'ab1A.....::///?#@$-_(),!~%&=+|[]*; ', '서울', '한국', '漢', 'コム', '\n', '//', '((', '))', 'https://', 'http://', 'HTTPS://', 'https://t.co/', 't.co/', 'www.', 'xn--', 'xn--3e0b707e', 'kr', 'com',
  '.com', '.kr', '.co.kr', '.한국', '.닷컴', '.рф', '.РФ', '.香港', '.嘉里', '.嘉里大酒店', '.भारत', '.भारतम्', '.vermögensberater', '.md', '.js', ':80', '/path', '/A_(b)', '/(괄호)', '/@u/', '?x=y', '?q=한글', '#frag', '/뉴스/', '@user', '@user@host.kr', '@a.b@c-d.e',
]

/** ``count`` lists of strings from the pools, joined with or without something between them. */
function* mixtures(roll, count, pools, between, most) {
  const pick = list => list[Math.floor(roll() * list.length)]
  for (let number = 0; number < count; number++) {
    const pieces = Array.from({ length: 1 + Math.floor(roll() * most) }, () => pick(pick(pools)))
    yield pieces.join(pick(between))
  }
}

/** Any characters that there are, more from those stretches where counting is hard. */
function* noise(roll, count) {
  const stretches = [[0x20, 0x7f], [0, 0x250], [0x300, 0x600], [0x900, 0xe00], [0x1100, 0x1200], [0x1c00, 0x2100], [0x2000, 0x2c80], [0xac00, 0xd7a4], [0xd7b0, 0x10000], [0x1f000, 0x1fb00], [0, 0x110000], [0x2e, 0x30]]
  const pick = list => list[Math.floor(roll() * list.length)]
  for (let number = 0; number < count; number++) {
    const [length, characters] = [1 + Math.floor(roll() * 16), []]
    while (characters.length < length) {
      const [first, end] = pick(stretches)
      const character = String.fromCodePoint(first + Math.floor(roll() * (end - first)))
      if (!/\p{Cn}/u.test(character)) characters.push(character)
    }
    yield characters.join('')
  }
}

/** All of them, none twice: by hand first, then the likely ones, then the hostile ones. */
export function strings(seed) {
  const roll = dice(seed)
  const short = ADDRESSES.filter(address => address.length < 100)
  return [...new Set([
    ...NEWS, ...NEWS.map(text => text.normalize('NFD')), ...MARKS, ...ADDRESSES, ...EMOJI, 'x'.repeat(77), '가'.repeat(140), '가나다. '.repeat(100),
    ...mixtures(roll, 700, [NEWS, NEWS, short, EMOJI], [' ', '\n', '\n\n', ', ', ' … '], 5),
    ...mixtures(roll, 700, [short, EMOJI, MARKS, FRAGMENTS], ['', '', '.', ' '], 6),
    ...mixtures(roll, 1000, [FRAGMENTS, FRAGMENTS, FRAGMENTS, EMOJI, MARKS], ['', '', '', '.', '/'], 16),
    ...noise(roll, 400),
  ])]
}

/** One JSON value a line, everything that a reader could not see or read escaped. */
export function lines(values) {
  const shown = text => text.replace(/[^ -~\n가-힣ㄱ-ㆎ一-龥ぁ-ヿ“”‘’…·—]/g, unit => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'))
  return values.map(value => shown(JSON.stringify(value)) + '\n').join('')
}
