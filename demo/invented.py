"""The invented applicants and their numbers: without Django, so that the simulator of the registers knows them too."""

from datetime import date

from stdnum.cn import ric

AREA = "999999"  # never assigned to any place
CERTIFIED_UNTIL = date(2031, 12, 31)

# invented name, birth date, town ("" outside the district), kind and level on the certificate
APPLICANTS = (
    ("周予安", "19880412", "town_meilong", "43"), ("许青禾", "19910623", "town_jiangchuan", "11"),
    ("陆知远", "19930105", "town_pujiang", "21"), ("方以宁", "19871130", "town_meilong", "44"),
    ("秦晓棠", "19950817", "town_gumei", "12"), ("贺清源", "19900309", "town_qibao", "42"),
    ("柳思远", "19840228", "town_xinzhuang", "13"), ("温如玉", "19960711", "town_huacao", "22"),
    ("江与白", "19890520", "town_hongqiao", "41"), ("夏知秋", "19921008", "town_zhuanqiao", "44"),
    ("乔木森", "19861224", "town_wujing", "71"), ("安之若", "19940216", "town_maqiao", "11"),
    ("孟繁星", "19970903", "town_xinhong", "23"), ("易长歌", "19850618", "town_pujin", "43"),
    ("简一诺", "19980127", "town_xinzhuang_industrial", "31"), ("谢望山", "19830915", "", "42"),
    ("尹初晴", "19910402", "town_meilong", "12"), ("裴子衿", "19880806", "town_pujiang", "44"),
    ("卓行之", "19901219", "town_qibao", "21"), ("施晚晴", "19930530", "town_gumei", "43"),
    ("顾念安", "19960512", "town_meilong", "12"),
)  # fmt: skip


def identity_number(born: str, serial: int) -> str:
    """A number that passes the checksum, of an area code that was never assigned."""
    body = f"{AREA}{born}{serial:03d}"
    return body + ric.calc_check_digit(body + "0")


def number_of(place: int) -> str:
    return identity_number(APPLICANTS[place][1], 100 + place)
