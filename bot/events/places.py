"""The places that news is told from, as Korean headlines call them. Public facts, in two sizes.

    country    미국, 북한, 홍콩         town    경주, 춘천시, 서울, 팔달구, 온양읍, 신림역

Names that are everyday words as well stand here with what makes them a town (장수군). English places are names with
a capital (`bot.events.names`). A province says too little: two fires in one are two.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

_TOWNS: Final = """
    서울 부산 대구 인천 광주 대전 울산 세종시 제주 수원 성남 의정부 안양 부천 광명시 평택 동두천 안산 고양시 과천
    구리시 남양주 오산 시흥 군포 의왕 하남 용인 파주 이천시 안성 김포 화성시 양주 포천 여주 연천 가평 양평 춘천 원주
    강릉 동해시 태백 속초 삼척 홍천 횡성 영월 평창 정선군 철원 화천 양구 인제 고성군 양양 청주 충주 제천 보은 옥천
    영동군 증평 진천 괴산 음성군 단양 천안 공주시 보령 아산 서산 논산 계룡 당진 금산 부여 서천 청양 홍성 예산군 태안
    전주시 군산 익산 정읍 남원 김제 완주군 진안 무주 장수군 임실 순창 고창 부안 목포 여수 순천 나주 광양 담양 곡성
    구례 고흥 보성 화순 장흥 강진군 해남 영암 무안 함평 영광군 장성군 완도 진도 신안 포항 경주 김천 안동 구미 영주
    영천 상주시 문경 경산 의성 청송 영양군 영덕 청도 고령군 성주군 칠곡 예천 봉화 울진 울릉 창원 진주 통영 사천 김해
    밀양 거제 양산시 의령 함안 창녕 남해군 하동 산청 함양 거창 합천 서귀포 울주 기장군 강화군 달성군
"""
_COUNTRIES: Final = """
    한국 북한 미국 일본 중국 러시아 영국 프랑스 독일 이탈리아 스페인 캐나다 호주 인도 홍콩 대만 베트남 태국 필리핀
    인도네시아 말레이시아 싱가포르 캄보디아 라오스 미얀마 파키스탄 아프가니스탄 이란 이라크 이스라엘 팔레스타인 레바논
    시리아 요르단 사우디아라비아 튀르키예 이집트 우크라이나 폴란드 체코 헝가리 네덜란드 벨기에 스위스 오스트리아
    스웨덴 노르웨이 핀란드 덴마크 그리스 포르투갈 멕시코 브라질 아르헨티나 칠레 페루 콜롬비아 베네수엘라 쿠바 뉴질랜드
    몽골 카자흐스탄 우즈베키스탄 네팔 방글라데시
"""
_TOWN: Final = frozenset(_TOWNS.split())
_COUNTRY: Final = frozenset(_COUNTRIES.split())
_FROM: Final = ("산", "인", "군", "계", "행")  #: 한국산, 일본인, 중국군, 미국계, 미국행
_SUFFIXES: Final = ("특별자치시", "특별시", "광역시", "시", "군", "구")
_PARTS: Final = ("구", "읍", "면", "역")  #: of a town; the names before them are not worth a table
_OTHER_WORDS: Final = """
    연구 요구 기구 도구 가구 친구 입구 출구 인구 지구 복구 야구 축구 농구 배구 탁구 당구 영구 항구 촉구 구역 지역 전역
    무역 방역 병역 검역 해역 하역 현역 측면 국면 전면 방면 장면 표면 화면 반면 이면 정면 가면 지면 수면 라면 하면 되면
    으면 다면 려면
"""
_NO_PART: Final = tuple(_OTHER_WORDS.split())
_LONG: Final = 3  #: syllables with the suffix


class Places(NamedTuple):
    """Where a text is from."""

    towns: tuple[str, ...]
    countries: tuple[str, ...]


def places(words: Iterable[str]) -> Places:
    """The places among words that have lost their particles, none twice."""
    told = tuple(dict.fromkeys(words))
    towns = dict.fromkeys(town for word in told if (town := _town(word)))
    countries = dict.fromkeys(country for word in told if (country := _country(word)))
    return Places(tuple(towns), tuple(countries))


def _country(word: str) -> str:
    """The country that a word names, or that what it names is from; "" for none."""
    whose = word[:-1] if word.endswith(_FROM) else word
    return next((name for name in (word, whose) if name in _COUNTRY), "")


def _town(word: str) -> str:
    """The town or the part of one that a word names, "" for none."""
    bare = next((word.removesuffix(suffix) for suffix in _SUFFIXES if word.endswith(suffix)), word)
    if word in _TOWN or bare in _TOWN:
        return bare
    is_part = len(word) >= _LONG and word.endswith(_PARTS) and not word.endswith(_NO_PART)
    return word if is_part else ""
