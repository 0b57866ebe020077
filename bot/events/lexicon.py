"""The words that newsrooms have for what happens and for what follows from it, read by `bot.events.acts`.

One line an act, or several: its name, then how it is written, commas between: Korean anywhere in a word, English where
a word begins, and with a full stop behind it the whole word. Where two could be read, the longer is: "파업 철회", not
"파업". Common knowledge of the trade, gone through field by field: accidents, weather, courts, parliaments, offices,
business, sports, arts.
"""

from typing import Final

#: What happens, is measured, is decided or said.
ACTS: Final = """
    up: 상승, 올라, 오른, 올랐, 오르, 오름, 인상, 급등, 폭등, 강세, 반등, 치솟, 뛰었, 뛴, 뛰어, 늘었, 늘어, 증가
    up: 불어, 급증, 확대, 최고치, 넘어서, rise., rising., rose., gain, climb, higher, jump, hike, raise.
    up: raising, soar, surge, increase, grow, grew, expand, advance
    down: 하락, 내려, 내린, 내렸, 내림, 인하, 급락, 폭락, 약세, 낮춰, 낮춘, 낮췄, 떨어, 감소, 밀려, 줄었, 줄어, 급감
    down: 축소, 뒷걸음, 둔화, 꺾였, 최저치, fall., fell., drop, slip, slide, slid, lower, cut., cuts., cutting
    down: lost., decline, tumble, plunge, sink, shrink, shrank, narrow, ease., eases., eased., trim.
    hold: 동결, 묶었, 묶어, 유지, 제자리, 보합, hold., holds., leaves., left., unchanged, keeps., kept., steady.
    die: 별세, 타계, 영면, 세상을 떠, 눈을 감, 작고, 서거, dies., died at, died aged, has died, obituary
    die: passes away
    kin: 부친상, 모친상, 빙부상, 빙모상, 조모상, 조부상
    dead: 사망, 숨져, 숨졌, 숨진, 목숨을 잃, 참변, 희생, dead., killed, kills, killing, deaths, death, fatal
    dead: victims, die., died.
    hurt: 부상, 다쳐, 다쳤, 다친, 중상, 경상, 중태, injur, hurt, wounded
    missing: 실종, 연락 두절, 연락이 끊, missing, disappear, vanish
    found: 발견, 찾았, 구조, 생환, 구했, 구출, found., rescue, saved, pulled from, discover, survivor
    trapped: 매몰, 고립, 갇혀, 갇힌, 깔려, trapped, stranded, buried.
    fire: 화재, 불이, 큰불, 불길, 불은, 서 불, 난 불, 산불, 불나, 불 나, 태워, 태우, 전소, 불타, fire, blaze
    fire: wildfire, burn., ablaze
    out: 진화, 불길 잡, 꺼졌, 꺼진, 완진, 초진, under control, extinguish, put out, contained
    crash: 추돌, 충돌, 들이받, 돌진, 부딪, 추락, 탈선, 전복, crash, collision, collided, collide, derail, hits.
    crash: hit., slams
    collapse: 붕괴, 무너, 내려앉, 땅꺼짐, 싱크홀, 지반침하, 지반 침하, 꺼짐, collaps, sinkhole, gives way, cave in
    blast: 폭발, 터져, 터졌, explosion, blast, explode, exploded
    sink: 침몰, 좌초, 가라앉, sank., sunk., capsize, aground
    flood: 침수, 물에 잠, 범람, 홍수, 폭우, 물폭탄, flood
    quake: 지진, quake, earthquake
    aftershock: 여진, aftershock
    tsunami: 쓰나미, 지진해일, tsunami
    storm: 태풍, 폭풍, 강풍, storm, hurricane, typhoon, cyclone, tornado, gale
    snow: 폭설, 대설, 첫눈, 적설, snow, blizzard
    cold: 한파, 영하, 강추위
    heat: 폭염, 열대야, 무더위, heatwave, heat wave, hottest
    bloom: 개화, 꽃망울, 만개, 꽃 피, 꽃이 피
    sick: 식중독, 배탈, 집단감염, 확진, 감염, outbreak, food poisoning, infect
    outage: 장애, 먹통, 접속 불가, 마비, 오류, outage, went down, offline, crashed, unable to, glitch
    power: 정전, 전기 끊, blackout, power cut, power outage
    broken: 고장, 멈춰, 멈췄, 멈춘, 결함
    restored: 복구, 정상화, 재가동, restored, back online, fixed, recovers
    leak: 유출, 샜다, 새어, 해킹, 누출, leak, breach, hack
    attack: 공습, 폭격, 포격, 공격, 피격, 총격, 흉기, 테러, airstrike, air strike, shelling, attack, bombed, shoot
    attack: shot, gunman, stab, shots
    launch: 발사, 이륙, 쏘아, 쏘아올, 쐈, lifts off, lifted off, leave for, liftoff, blasts off, rocket
    orbit: 궤도, 교신
    land: 귀환, 착륙, 안착, splash, home from, lands, landed, touches down
    turnout: 투표율, turnout
    leads: 선두, 앞서, 1위 질주, leads., led., ahead
    counting: 개표
    exit: 출구조사, exit poll
    poll: 여론조사, 지지율, 지지도, poll.
    elected: 당선, 선출, 뽑혀, 뽑혔, 뽑힌, elected, wins governor, wins mayor, wins race, re elected
    win: 우승, 승리, 이겨, 이겼, 꺾고, 꺾어, 제압, 완파, 격파, 눌러, 눌렀, 불계승, 역전승, 연승, 정상에, 완승, 대승
    win: 신승, 물리쳐, win., wins., won., beat., beats., victory, triumph, thrash, champion, edge., sweep., defeat
    win: title.
    lose: 패배, 졌다, 석패, 완패, 탈락, 연패, 역전패, 무릎, loses, knocked out, beaten, eliminated
    draw: 무승부, 비겨, 비겼, draw., drew., draws.
    advance: 진출, 결승행, 4강행, 본선행, 16강행, 8강행, through to, reach final, semi final, quarter final, qualif
    gold: 금메달, gold.
    silver: 은메달, silver medal
    bronze: 동메달
    medal: 메달
    record: 신기록, 돌파, 넘었, 넘겼, 넘어, 기록 경신, record, tops., passes.
    homer: 홈런
    goal: 결승골, 멀티골, 해트트릭, 데뷔골, goal, scores, hat trick
    prize: 수상, 상 받, 상을 받, 품었, 영예, award, prize, named best, takes top, honor, honour
    nominated: 후보에 오, 후보 지명, 초청, 경쟁부문, nominat, shortlist
    audience: 관객, 흥행, 시청률
    open: 개막, 개통, 개장, 개관, 문 열, 문을 열, opens., opened., opening., kick off, begins.
    end: 폐막, 폐장, 막 내, 막을 내, 종료, 막 내려, ends., ended., concludes
    start: 출발, 장을 열, 개장
    close: 마감, 거래를 마, 장을 마, clos, settle, finish
    export: 수출
    import: 수입
    deficit: 적자, 손실, deficit, loss.
    profit: 영업이익, 영업익, 실적, 매출, 순이익, 흑자, revenue, earnings, sales, profit, results.
    price: 물가, 집값, 매매가, inflation, prices, cpi.
    draw-lots: 당첨, 로또
    exam: 수능, 모의평가, 시험
    record-low: 역대 최저
    record-high: 역대 최대, 역대 최고, 사상 최대, 사상 최고
    born: 출산, 태어났, gives birth, born
    wed: 결혼, 혼인, wedding, married, marries
    injury-out: 시즌 아웃, 결장, 부상자 명단
    jobs: payrolls, jobless, unemployment, hiring
    theft: stolen, theft, robbery, thieves, heist, stole
    propose: 발의, 제출, 상정, 입법예고, introduc, propos, tabled, submit, bill
    pass: 통과, 가결, 의결, 처리, 문턱 넘, 문턱을 넘, pass., passes., passed, approve, clears, adopt, backs
    pass: votes to
    reject: 부결, 퇴짜, reject, voted down, turns down, turned down, refus, defeated
    veto: 거부권, 재의요구, 재의 요구, veto
    refuse: 거부, 수용 못, 받아들이지 않, 불수용, 반려, 불허, 부동의, 거절
    filibuster: 필리버스터, 무제한 토론
    impeach: 탄핵, impeach
    motion: 해임건의, 불신임
    promulgate: 공포, 시행, 발효
    nominate: 지명, 내정, 후보자, 추천, 낙점, 발탁, 인선, 후임, 물망, named., picks., tapped., choose, chosen
    nominate: names.
    appoint: 임명, 취임, 선임, 부임, 취임식, appoint, sworn in, takes office, succeed, replace
    hearing: 청문, hearing, testif
    agrement: 아그레망
    dismiss: 경질, 해임, 파면, 면직, 직위해제, sack, dismiss, fired, part company, ousted, suspend
    resign: 사퇴, 사임, 사의, 물러나, 물러났, 퇴진, 하차, 사직, resign, quits, quit, steps down, stepped down
    resign: step down, leaves cabinet
    run: 출마, 후보 등록, 도전 선언, running for, bid., announces candidacy, candidate
    withdraw: 철회, 취소, 백지화, 중도 하차, withdraw, cancel, scrapped, scraps, calls off, called off, call off
    cause: 원인은, 조사 결과, 결론, caused by, blamed, cause of, findings, concluded, found that
    declare: 선포, 비상사태, 특별재난, state of emergency, declare
    order: 명령, 시정명령
    evacuate: 대피, evacuat
    shut: 통제, 폐쇄, 휴교, 휴업, 결항, 봉쇄, shut., shuts., closes, closed, closure
    reopen: 재개, 해제, 풀려, 정상 운행, resume, reopen, restart, lifted
    delay: 지연, 연기, 미뤄, 늦춰, 늦어, 순연, delay, postpone, pushed back, put off
    advisory: 주의보, watch.
    alarm: 경보
    raise-level: 격상, 상향
    lower-level: 하향, 완화
    strike: 파업, strike, walkout, walk out, picket
    talks: 협상, 교섭, 회담, 면담, 회동, talks, negotiat, meeting, summit, meet.
    deal: 타결, 합의, 뜻을 모, 극적 합의, 손잡, deal., agree, accept, pact., accord.
    fail: 결렬, 무산, 불발, collapse of talks, break down, fails., failed., without deal
    call-off: 파업 철회, 파업 유보
    vote: 찬반투표, 표결, ballot, vote on
    truce: 휴전, 정전협정, 종전, ceasefire, truce, armistice
    breach: 위반, 깨져, violat
    sign: 서명, 체결, 조인, sign., signs., signed
    tariff: 관세, tariff, duties
    contract: 계약, 수주, 공급계약, contract
    buy: 인수, 합병, 매입, acquire, takeover, buy., buys., merger, merge
    sell: 매각, 처분, sells., sold., sale of
    list: 상장, 공모, ipo., listing, goes public, debut
    buyback: 자사주, 소각, buyback, share repurchase
    dividend: 배당, dividend
    layoff: 감원, 희망퇴직, 구조조정, 정리해고, layoff, axes, lays off, job cuts
    invest: 투자, 증설, 착공, invest
    finish: 준공, 완공
    unveil: 공개, 첫선, 선보, 내놓, 출시, 베일, unveil, launches, launched, reveal, introduces
    bankrupt: 파산, 부도, 회생, 법정관리, bankrupt, insolven, into administration
    approve: 승인, 허가, 인가
    forecast: 전망, 예보, 예상, forecast, expects, outlook, predict
    select: 선정, 지정, 등재, select, host.
    cull: 살처분
    transfer: 이적, 영입, 입단, 트레이드, 방출, transfer, signs for, joins., moves to
    retire: 은퇴, retire
    tour: 투어, 공연, 콘서트, tour, concert
    release: 개봉, 발매, 컴백, 신곡, released, album, premiere
    visit: 방문, 방한, 방미, 방일, 참배, 찾아, visit, trip.
    attend: 참석
    donate: 기부, 성금, 쾌척, donate, donation
    reward: 표창, 포상, 훈장
    funeral: 발인, 영결식, 장례, 빈소, funeral, buried., laid to rest
    expel: 추방, 제명, 탈당, expel, deport
    merge: 단일화
    demolish: 철거
    confidence: confidence vote, no confidence, topple, brought down
    warning: warning, alert
    sorry: 사과, 사죄, 고개 숙, 죄송, 유감, apolog, sorry., regret
    thanks: 감사, 고맙, 소감, thank, gratitude, tribute
    mourn: 추모, 애도, 조문, 추모제, 분향소, mourn, vigil, memorial, remember
    condemn: 규탄, 비판, 반발, 비난, 항의, 맹비난, 성토, condemn, criti, slam, outrage, anger, protest, backlash
    welcome: 환영, 축하, 축전, welcome, congratulat, hails, praise
    urge: 촉구, 요구, 호소, urge, calls for, demands, call for
    deny: 부인, 반박, 해명, 사실무근, 사실 아냐, deny, denies, denied, rebut
    admit: 시인, 자백, 진술, 인정, admit, confess
    warn: 경고, 우려, warns, warned, fears.
    pledge: 약속, 다짐, 대책, pledge, vows., promise
    comment: 논평, 입장, 평가, 분석, 칼럼, 사설, analysts, comment
    interview: 인터뷰, 회견
    worry: 걱정, 불안, 분통, 울분
    celebrate: 환호, 축제, 퍼레이드, parade, celebrat
    rally: 집회, 시위, 촛불, rally
"""
#: What the police, courts and authorities do about what has happened: a report that has one of these in its headline,
#: where the other story does not know it, is of what followed.
STEPS: Final = """
    complaint: 고소, 고발
    probe: 수사 착수, 수사에 착수, 수사에 나, 조사 착수, 조사에 착수, 조사에 나, 내사, 수사 의뢰, 역학조사, 수사팀
    probe: 진상조사, 원인 조사, investigat, probe, inquiry, review
    search: 압수수색, 강제수사, raid, searches, searched
    summon: 소환, 출석, summon, question
    ban-leave: 출국금지
    warrant: 구속영장 청구, 영장 청구, 구속영장 재청구, 구속영장 신청, 영장 신청, 구속영장을 청구, 구속영장을 신청
    warrant: 영장실질심사, 구속 갈림길, 구속심사, 구속 심사, warrant
    jail: 영장 발부, 구속…, 구속됐, 구속 수감, 구속영장을 발부, 구속영장 발부, 구속영장이 발부, 수감
    quash: 기각, 각하, thrown out, overturn, quash
    free: 석방, 풀려나, 풀려났, 보석 허가, 보석으로, released, bail., freed.
    send: 송치
    charge: 기소, 재판에 넘, charge, indict, counts., accused, pleads, plead
    trial: 첫 공판, 첫 재판, 공판, 재판 시작, trial., jury.
    demand: 구형, prosecutors seek, seek.
    convict: 유죄, guilty, convict
    acquit: 무죄, acquit, innocent, cleared of, not guilty
    sentence: 선고, 법정구속, 징역, 실형, 집행유예, 벌금형, jailed, sentenced, gets., jail., prison, years for
    overturn: 파기환송, 파기, 다시 재판
    final: 확정
    uphold: 합헌, uphold, upheld
    void: 위헌, 헌법불합치, strikes down, struck down, unconstitutional, blocks, blocked
    appeal: 항소, 상고, 불복, appeal
    pardon: 사면, 복권, pardon, clemency
    arrest: 검거, 체포, 붙잡, 자수, 긴급체포, arrest, held over, was held, detain, custody, in custody, suspect held
    sue: 소송, 손해배상, 가처분, sues., sued, lawsuit, settlement
    inspect: 감식, 점검, 현장조사, 감독 착수, 특별감독, 근로감독, inspect, safety check, checks
    halt: 작업중지, 가동 중단, 운행 중단, 영업정지, 판매중지, 판매 중지, 중단, 이동중지, halt., pause., suspended
    halt: grounded
    sanction: 제재, 과징금, 과태료, 징계, 벌금, sanction, fine., fined., penalty, ban., banned.
    compensate: 보상, 배상, 환불, 위로금, 지원금, compensat, refund, relief fund
    recall: 리콜, 회수, recall
"""
#: What cannot both be the news, even where two reports share another act: a thing and its contrary, or one step and the
#: next.
OPPOSED: Final = """
    up/down hold/up hold/down advisory/alarm launch/delay start/delay open/delay pass/reject pass/veto pass/refuse
    propose/pass propose/reject convict/acquit demand/sentence convict/sentence demand/acquit sentence/appeal
    convict/appeal acquit/appeal warrant/jail warrant/quash jail/quash arrest/warrant search/summon arrest/charge
    charge/sentence charge/demand jail/charge deal/fail strike/call-off strike/deal talks/strike exit/elected
    poll/elected counting/elected turnout/elected leads/elected exit/counting nominate/appoint nominate/hearing
    hearing/appoint appoint/resign nominate/resign nominate/dismiss impeach/quash win/lose win/draw gold/silver
    gold/bronze silver/bronze start/close open/end shut/reopen strike/reopen uphold/void buy/sell launch/land
    launch/orbit die/kin die/funeral dead/funeral truce/breach nominated/prize record-high/record-low deficit/profit
    free/jail free/arrest found/missing approve/refuse approve/reject propose/withdraw export/import
    quake/aftershock warning/advisory attack/truce profit/buyback profit/layoff profit/dividend recall/profit
    forecast/up forecast/down
"""
