"""How people, shops and tax offices write regions, beside the names and codes of ISO 3166-2 and of Google's data.

Keys are compared folded and without blanks or dots, so `N.Y.`, `n y` and `NY` are one. Sources: the codes ISO changed in
November 2023 (India) and before (China, South Africa); state codes of Indian GST; codes of Shopify (`Shopify/worldwide`)
and WooCommerce (`i18n/states.php`); names in the language of the state.
"""

from typing import Final

_GST: Final = (
    "01 JK 02 HP 03 PB 04 CH 05 UK 06 HR 07 DL 08 RJ 09 UP 10 BR 11 SK 12 AR 13 NL 14 MN 15 MZ 16 TR 17 ML 18 AS "
    "19 WB 20 JH 21 OD 22 CG 23 MP 24 GJ 25 DH 26 DH 27 MH 28 AP 29 KA 30 GA 31 LD 32 KL 33 TN 34 PY 35 AN 36 TS "
    "37 AP 38 LA"
)
# The code of today by region: a later row overrides the code of a state's earlier shape.
GST_STATES: Final = dict(zip(_GST.split()[1::2], _GST.split()[::2], strict=True))
_INDIA: Final = {
    "AN": "Andaman and Nicobar; A&N Islands; Andaman",
    "AP": "ఆంధ్రప్రదేశ్; ఆంధ్ర ప్రదేశ్",
    "AS": "অসম; আসাম",
    "CG": "CT; Chattisgarh; Chhatisgarh; Chattisgadh",
    "CH": "ਚੰਡੀਗੜ੍ਹ",
    "DH": "DN; DD; DNH; DNHDD; Dadra and Nagar Haveli; Daman and Diu; Dadra Nagar Haveli; Daman; Diu; Silvassa; "
    "Dadra Nagar Haveli Daman Diu; The Dadra and Nagar Haveli and Daman and Diu",
    "DL": "New Delhi; NCT of Delhi; Delhi NCT; NCT; National Capital Territory of Delhi; NCT Delhi; दिल्ली",
    "GA": "गोवा; गोंय",
    "GJ": "ગુજરાત",
    "JK": "J&K; Jammu Kashmir; Jammu; Kashmir",
    "KA": "ಕರ್ನಾಟಕ; Mysore State",
    "KL": "കേരളം; കേരള",
    "LD": "Laccadive Islands; ലക്ഷദ്വീപ്",
    "MN": "মণিপুর; ꯃꯅꯤꯄꯨꯔ",
    "OD": "OR; Orissa; Orrisa; ଓଡ଼ିଶା; उड़ीसा",
    "PB": "ਪੰਜਾਬ; Panjab",
    "PY": "Pondicherry; PO; புதுச்சேரி; Pondy",
    "TN": "தமிழ்நாடு; தமிழ் நாடு; तमिलनाडु",
    "TR": "ত্রিপুরা",
    "TS": "TG; Telengana; తెలంగాణ; तेलंगाना",
    "UK": "UT; UA; Uttaranchal; उत्तराखंड",
    "WB": "পশ্চিমবঙ্গ; Paschim Banga; Bengal",
}
_AMERICA: Final = {
    "AL": "Ala", "AZ": "Ariz", "AR": "Ark", "CA": "Calif; Cal", "CO": "Colo", "CT": "Conn", "DE": "Del", "FL": "Fla",
    "ID": "Ida", "IL": "Ill", "IN": "Ind", "KS": "Kan; Kans", "KY": "Ken", "MA": "Mass", "MI": "Mich", "MN": "Minn",
    "MS": "Miss", "MT": "Mont", "NE": "Neb; Nebr", "NV": "Nev", "OK": "Okla", "OR": "Ore; Oreg", "PA": "Penn; Penna",
    "TN": "Tenn", "TX": "Tex", "WA": "Wash; Washington State", "WV": "W Va", "WI": "Wis; Wisc", "WY": "Wyo",
    "DC": "Washington DC; Washington D.C.; DC Washington; Washington District of Columbia", "NY": "New York State",
    "AE": "Armed Forces Africa; Armed Forces Middle East; Armed Forces Canada",
    "VI": "US Virgin Islands; USVI", "PR": "P.R.", "MP": "CNMI",
}  # fmt: skip
_MEXICO: Final = {
    "AGU": "AG; AS", "BCN": "BC; BN", "BCS": "BS", "CAM": "CC", "CHP": "CS", "CHH": "CH",
    "CMX": "DF; CX; Distrito Federal; Mexico City; Ciudad de Mexico DF; Mexico DF", "COA": "CO; Coah de Zaragoza; Coahuila",
    "DUR": "DG", "GUA": "GT", "GRO": "GR", "HID": "HG", "JAL": "JA; JC", "MEX": "EM; MX; Edomex; Edo de Mexico",
    "MIC": "MI; MN", "MOR": "MO; MS", "NAY": "NA; NT", "NLE": "NL", "OAX": "OA", "PUE": "PU; PL", "QUE": "QT; Qro",
    "ROO": "QR; QROO", "SLP": "SL; SP", "SIN": "SI", "SON": "SO; SR", "TAB": "TB; TC", "TAM": "TM; TS; TAMPS",
    "TLA": "TL; TLAX", "VER": "VE; VZ", "YUC": "YU; YN", "ZAC": "ZA; ZS",
}  # fmt: skip
_CHINA: Final = (
    "11 BJ 12 TJ 13 HE 14 SX 15 NM 21 LN 22 JL 23 HL 31 SH 32 JS 33 ZJ 34 AH 35 FJ 36 JX 37 SD 41 HA 42 HB 43 HN 44 GD "
    "45 GX 46 HI 50 CQ 51 SC 52 GZ 53 YN 54 XZ 61 SN 62 GS 63 QH 64 NX 65 XJ"
)
_CHINESE: Final = {
    "AH": "Anhui", "BJ": "Beijing", "CQ": "Chongqing", "FJ": "Fujian", "GS": "Gansu", "GD": "Guangdong", "GX": "Guangxi",
    "GZ": "Guizhou", "HI": "Hainan", "HE": "Hebei", "HA": "Henan", "HL": "Heilongjiang", "HB": "Hubei", "HN": "Hunan",
    "JL": "Jilin", "JS": "Jiangsu", "JX": "Jiangxi", "LN": "Liaoning", "NM": "Inner Mongolia", "NX": "Ningxia",
    "QH": "Qinghai", "SD": "Shandong", "SX": "Shanxi", "SN": "Shaanxi", "SH": "Shanghai", "SC": "Sichuan",
    "TJ": "Tianjin", "XZ": "Tibet", "XJ": "Xinjiang", "YN": "Yunnan", "ZJ": "Zhejiang",
}  # fmt: skip
# Names with a different spelling in the traditional script.
_TRADITIONAL_CHINESE: Final = "內蒙古 NM 遼寧 LN 黑龍江 HL 江蘇 JS 山東 SD 廣東 GD 廣西 GX 重慶 CQ 貴州 GZ 雲南 YN 陝西 SN 甘肅 GS 寧夏 NX 內蒙 NM"
# Phonetic names of prefectures, as input methods and reading fields give them.
_HIRAGANA: Final = (
    "ほっかいどう 01 あおもり 02 いわて 03 みやぎ 04 あきた 05 やまがた 06 ふくしま 07 いばらき 08 とちぎ 09 ぐんま 10 "
    "さいたま 11 ちば 12 とうきょう 13 かながわ 14 にいがた 15 とやま 16 いしかわ 17 ふくい 18 やまなし 19 ながの 20 "
    "ぎふ 21 しずおか 22 あいち 23 みえ 24 しが 25 きょうと 26 おおさか 27 ひょうご 28 なら 29 わかやま 30 とっとり 31 "
    "しまね 32 おかやま 33 ひろしま 34 やまぐち 35 とくしま 36 かがわ 37 えひめ 38 こうち 39 ふくおか 40 さが 41 "
    "ながさき 42 くまもと 43 おおいた 44 みやざき 45 かごしま 46 おきなわ 47 とうきょうと 13 おおさかふ 27 きょうとふ 26"
)
_MALAYSIA: Final = (
    "JHR 01 KDH 02 KTN 03 MLK 04 NSN 05 PHG 06 PNG 07 PRK 08 PLS 09 SGR 10 TRG 11 SBH 12 SWK 13 KUL 14 LBN 15 PJY 16 "
    "Penang 07 Malacca 04"
)


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _listed(names: dict[str, str]) -> dict[str, str]:
    return {spelling.strip(): code for code, line in names.items() for spelling in line.split(";")}


# country -> spelling -> ISO 3166-2 code without the country.
SPELLINGS: Final[dict[str, dict[str, str]]] = {
    "AE": {"Abu Zabi": "AZ", "Abu Dabi": "AZ", "RAK": "RK", "UAQ": "UQ", "DXB": "DU", "AUH": "AZ"},
    "AR": {"CABA": "C", "Capital Federal": "C", "Buenos Aires City": "C"},
    "AU": {"Canberra": "ACT", "Jervis Bay": "JBT"},
    "CA": {"PQ": "QC", "NF": "NL", "Newfoundland": "NL", "Labrador": "NL", "PEI": "PE", "Yukon Territory": "YT",
           "Alta": "AB", "Man": "MB", "Nfld": "NL", "Ont": "ON", "Que": "QC", "Sask": "SK", "Yuk": "YT"},
    "CN": {**_pairs(_CHINA), **_pairs(_TRADITIONAL_CHINESE), "Xizang": "XZ", "Neimenggu": "NM"},
    "CO": {"Bogota DC": "DC", "Bogota D.C.": "DC"},
    "ES": {"Islas Baleares": "PM", "Illes Balears": "PM", "Baleares": "PM", "Guipuzcoa": "SS", "Vizcaya": "BI"},
    "JP": _pairs(_HIRAGANA),
    "HK": {"HK": "Hong Kong Island", "KL": "Kowloon", "NT": "New Territories", "Hong Kong": "Hong Kong Island"},
    "ID": {"Yogyakarta": "YO", "DI Yogyakarta": "YO", "Jakarta": "JK", "West Java": "JB", "East Java": "JI",
           "Central Java": "JT"},
    "IN": {**_pairs(_GST), **_listed(_INDIA)},
    "IT": {"Valle d'Aosta": "AO", "Forli Cesena": "FC", "Rome": "RM", "Milan": "MI", "Florence": "FI", "Naples": "NA",
           "Turin": "TO", "Venice": "VE", "Genoa": "GE"},
    "MX": _listed(_MEXICO),
    "MY": _pairs(_MALAYSIA),
    "NG": {"FCT": "FC", "Abuja": "FC"},
    "PH": {"NCR": "00", "National Capital Region": "00"},
    "PT": {"Lisbon": "11", "Oporto": "13", "Azores": "20", "Acores": "20", "Madeira": "30"},
    "RO": {"Bucharest": "B"},
    "RU": {"Moscow": "MOW", "Saint Petersburg": "SPE", "St Petersburg": "SPE", "Moscow Oblast": "MOS"},
    "TH": {"กรุงเทพ": "10", "กทม": "10", "Krung Thep": "10"},
    "TW": {"Kinmen County": "KIN", "Lienchiang County": "LIE", "金門縣": "KIN", "連江縣": "LIE"},
    "UA": {"Kyiv": "30", "Kiev": "30", "Odesa": "51"},
    "US": _listed(_AMERICA),
    "ZA": {"NL": "KZN", "NT": "KZN", "KZ": "KZN", "GT": "GP", "NP": "LP"},
}  # fmt: skip

# Names shown on pages in Latin script, where the data sets have only a transcription or a title.
NAMES: Final[dict[str, dict[str, str]]] = {
    "CN": _CHINESE,
    "PT": {"20": "Açores", "30": "Madeira"},
    "US": {
        "AA": "Armed Forces Americas",
        "AE": "Armed Forces Europe",
        "AP": "Armed Forces Pacific",
    },
}

# Words for the kind of place; a name is found with and without them.
GENERIC: Final = frozenset({
    "state", "states", "province", "provincia", "prefecture", "metropolis", "region", "county", "co", "parish",
    "emirate", "governorate", "department", "departamento", "district", "oblast", "krai", "kray", "respublika",
    "republits", "republic", "territory", "union", "ut", "city", "island", "islands", "of", "the", "de", "do", "da",
    "sheng", "shi", "zizhiqu", "estado", "provinsi", "ken", "fu", "to",
})  # fmt: skip
# The same at the end of a word in scripts that write without blanks.
GENERIC_ENDS: Final = (
    "自治區",
    "自治区",
    "특별자치시",
    "특별자치도",
    "특별시",
    "광역시",
    "도",
    "省",
    "市",
    "縣",
    "县",
    "県",
    "府",
    "都",
)
