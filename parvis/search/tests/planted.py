"""A hundred titles in ten scripts, and each of them with one mistake in it, as people make them."""

import random
from collections.abc import Iterator

from parvis.search.words import is_pair

TITLES = {
    "Latin": (
        "lighthouse at midnight",
        "grandmother's pancakes",
        "skateboard lessons",
        "çiçek bahçesi turu",
        "wüstenfüchse spielen",
        "châteaux de sable",
        "niño bailando flamenco",
        "kanelbullar recept",
        "đường phố Hà Nội",
        "żółwie wodne",
    ),
    "Cyrillic": (
        "рассвет над рекой",
        "бабушкин борщ",
        "уличные музыканты",
        "северное сияние",
        "котёнок играет",
        "осенний листопад",
        "весёлая карусель",
        "горный велосипед",
        "київські каштани",
        "планинска пътека",
    ),
    "Greek": (
        "ηλιοβασίλεμα στη θάλασσα",
        "παραδοσιακός χορός",
        "ελαιόλαδο συγκομιδή",
        "γάτες του λιμανιού",
        "μουσική δρόμου",
        "κρητική κουζίνα",
        "ανεμόμυλοι νησιού",
        "βουνίσιο μονοπάτι",
        "παλιά βιβλιοθήκη",
        "καλοκαιρινή βροχή",
    ),
    "Arabic": (
        "غروب الصحراء",
        "موسيقى الشارع",
        "وصفة الكسكس",
        "رقصة الدبكة",
        "سوق التوابل",
        "قطط المدينة",
        "صيادو السمك",
        "خط عربي جميل",
        "مطر الشتاء",
        "حديقة الياسمين",
    ),
    "Hebrew": (
        "שקיעה בחוף הים",
        "מוזיקאים ברחוב",
        "מתכון לחלה",
        "ריקודי עם",
        "שוק התבלינים",
        "חתולים בירושלים",
        "מדבר בלילה",
        "גשם ראשון",
        "סבתא מבשלת",
        "אופניים בהרים",
    ),
    "Devanagari": (
        "बारिश में नृत्य",
        "दादी की रसोई",
        "सड़क के संगीतकार",
        "पहाड़ी साइकिल",
        "बनारस की आरती",
        "पतंगबाजी उत्सव",
        "मसाला बाजार",
        "क्रिकेट का जादू",
        "सूर्यास्त समुद्र",
        "हाथी का बच्चा",
    ),
    "Bengali": (
        "বৃষ্টির গান",
        "নৌকাবাইচ উৎসব",
        "মাছের ঝোল",
        "রাস্তার শিল্পী",
        "সুন্দরবনের বাঘ",
        "পিঠাপুলি তৈরি",
        "রিকশার শহর",
        "সূর্যাস্তের নদী",
        "ক্রিকেট খেলা",
        "বাউলের আসর",
    ),
    "Hangul": (
        "한강에서 자전거",
        "할머니의 김치찌개",
        "거리공연 모음",
        "고양이카페 나들이",
        "벚꽃축제 산책",
        "겨울바다 일출",
        "떡볶이만들기 도전",
        "전통시장 구경",
        "피아노연주 영상",
        "강아지훈련 방법",
    ),
    "Han and kana": (
        "夕焼けの東京タワー",
        "手作りラーメン講座",
        "猫とピアノの生活",
        "雨の日の京都散歩",
        "成都火锅制作教程",
        "广场舞大妈比赛",
        "西湖日出延时摄影",
        "小熊猫吃竹子合集",
        "台北夜市美食地圖",
        "香港電車之旅",
    ),
    "Thai": (
        "ตลาดน้ำยามเช้า",
        "สอนทำต้มยำกุ้ง",
        "แมวเล่นเปียโน",
        "ทะเลกระบี่สวยมาก",
        "นักดนตรีข้างถนน",
        "ช้างน้อยเล่นน้ำ",
        "ขนมครกโบราณ",
        "มวยไทยเบื้องต้น",
        "ฝนตกในกรุงเทพ",
        "ดอกซากุระเชียงใหม่",
    ),
}


def mistaken() -> Iterator[tuple[str, str, str]]:
    """Yield (script, title, query): the query has a letter wrong, missing, too many, or two swapped, in its longest
    word; it is the same in every run."""
    dice = random.Random(65)
    for script, titles in TITLES.items():
        for place, title in enumerate(titles):
            word = max(title.split(), key=len)
            yield script, title, title.replace(word, _wrong(word, place, dice))


def _wrong(word: str, place: int, dice: random.Random) -> str:
    at = dice.randrange(1, len(word) - 1)
    other = next(letter for letter in dice.sample(word, len(word)) if letter != word[at])
    if is_pair(word[:1]) or place % 4 == 0:
        return word[:at] + other + word[at + 1 :]
    if place % 4 == 1:
        return word[:at] + word[at + 1 :]
    if place % 4 == 2:
        return word[:at] + other + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
