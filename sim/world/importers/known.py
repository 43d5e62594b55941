"""Facts that no table of the field holds: who sat on a Council, who was neutral, who had the bomb."""

from __future__ import annotations

from datetime import date as Date

LEAGUE_PERMANENT = (
    ("UKG", "1920-01-16", "1946-04-18"),
    ("FRN", "1920-01-16", "1946-04-18"),
    ("ITA", "1920-01-16", "1937-12-11"),
    ("JPN", "1920-01-16", "1933-03-27"),
    ("GMY", "1926-09-08", "1933-10-21"),
    ("RUS", "1934-09-18", "1939-12-14"),
)
"""Permanent members of the League's Council while they sat (Covenant, Art. 4; Walters 1952)."""

LEAGUE_ELECTED = (
    ("1920-01-16", "BEL BRA GRC SPN"),
    ("1921-01-01", "BEL BRA CHN SPN"),
    ("1923-01-01", "BEL BRA CHN SPN SWD URU"),
    ("1924-01-01", "BEL BRA CZE SPN SWD URU"),
    ("1926-09-16", "BEL CHL CHN COL CZE NTH POL ROM SAL"),
    ("1927-09-15", "CAN CHL CHN COL CUB FIN NTH POL ROM"),
    ("1928-09-10", "CAN CHL CUB FIN IRN POL ROM SPN VEN"),
    ("1929-09-09", "CAN CUB FIN IRN PER POL SPN VEN YUG"),
    ("1930-09-17", "GUA IRE IRN NOR PER POL SPN VEN YUG"),
    ("1931-09-14", "CHN GUA IRE NOR PAN PER POL SPN YUG"),
    ("1932-10-03", "CHN CZE GUA IRE MEX NOR PAN POL SPN"),
    ("1933-10-09", "ARG AUL CHN CZE DEN MEX PAN POL POR SPN"),
    ("1934-09-17", "ARG AUL CHL CZE DEN MEX POL POR SPN TUR"),
    ("1935-09-16", "ARG AUL CHL DEN ECU POL POR ROM SPN TUR"),
    ("1936-10-08", "BOL CHL CHN ECU LAT NEW POL ROM SPN SWD TUR"),
    ("1937-09-20", "BEL BOL CHN ECU IRN LAT NEW PER POL ROM SWD"),
    ("1938-09-21", "BEL BOL CHN DOM GRC IRN LAT NEW PER SWD YUG"),
)
"""Elected members from each renewal on (League of Nations, Official Journal; Walters 1952); none is given after December 1939."""
LEAGUE_LAST_KNOWN = "1939-12-13"

UN_PERMANENT = (("USA", 1946, 9999), ("UKG", 1946, 9999), ("FRN", 1946, 9999), ("RUS", 1946, 9999))
"""UN Charter, Art. 23(1). China's seat was the Republic's to 25 October 1971 (Resolution 2758), on Taiwan from December 1949."""

_UN_TERMS = """
1946 EGY MEX NTH/1 AUL BRA POL; 1947 BEL COL SYR; 1948 ARG CAN UKR; 1949 CUB EGY NOR; 1950 ECU IND YUG; 1951 BRA NTH TUR; 1952 CHL GRC PAK;
1953 COL DEN LEB; 1954 BRA NEW TUR; 1955 BEL IRN PER; 1956 YUG/1 AUL CUB; 1957 PHI/1 COL IRQ SWD; 1958 CAN JPN PAN; 1959 ARG ITA TUN;
1960 POL/1 SRI ECU; 1961 LBR TUR/1 CHL EGY; 1962 IRE ROM/1 GHA VEN; 1963 PHI/1 BRA MOR NOR; 1964 CZE/1 BOL CDI; 1965 MAL/1 JOR NTH URU;
1966 NEW UGA/1 ARG BUL JPN MLI NIG; 1967 BRA CAN DEN ETH IND; 1968 ALG HUN PAK PAR SEN; 1969 COL FIN NEP SPN ZAM; 1970 BUI NIC POL SIE SYR;
1971 ARG BEL ITA JPN SOM; 1972 GUI IND PAN SUD YUG; 1973 AUL AUS INS KEN PER; 1974 BLR CAO COS IRQ MAA; 1975 GUY ITA JPN SWD TAZ;
1976 BEN LIB PAK PAN ROM; 1977 CAN GFR IND MAS VEN; 1978 BOL CZE GAB KUW NIG; 1979 BNG JAM NOR POR ZAM; 1980 GDR MEX NIR PHI TUN;
1981 IRE JPN PAN SPN UGA; 1982 GUY JOR POL TOG DRC; 1983 MLT NTH NIC PAK ZIM; 1984 EGY IND PER UKR BFO; 1985 AUL DEN MAG THI TRI;
1986 BUL CON GHA UAE VEN; 1987 ARG GFR ITA JPN ZAM; 1988 ALG BRA NEP SEN YUG; 1989 CAN COL ETH FIN MAL; 1990 CDI CUB ROM YPR DRC;
1991 AUS BEL ECU IND ZIM; 1992 CAP HUN JPN MOR VEN; 1993 BRA DJI NEW PAK SPN; 1994 ARG CZR NIG OMA RWA; 1995 BOT GMY HON INS ITA;
1996 CHL EGY GNB POL ROK; 1997 COS JPN KEN POR SWD; 1998 BAH BRA GAB GAM SLV; 1999 ARG CAN MAL NAM NTH; 2000 BNG JAM MLI TUN UKR;
2001 COL IRE MAS NOR SIN; 2002 BUL CAO GUI MEX SYR; 2003 ANG CHL GMY PAK SPN; 2004 ALG BEN BRA PHI ROM; 2005 ARG DEN GRC JPN TAZ;
2006 CON GHA PER QAT SLO; 2007 BEL INS ITA PAN SAF; 2008 BFO COS CRO LIB DRV; 2009 AUS JPN MEX TUR UGA; 2010 BOS BRA GAB LEB NIG;
2011 COL GMY IND POR SAF; 2012 AZE GUA MOR PAK TOG; 2013 ARG AUL LUX ROK RWA; 2014 CHA CHL JOR LIT NIG; 2015 ANG MAL NEW SPN VEN;
2016 EGY JPN SEN UKR URU; 2017 ITA/1 BOL ETH KZK SWD; 2018 NTH/1 CDI EQG KUW PER POL; 2019 BEL DOM GMY INS SAF; 2020 EST NIR SVG TUN DRV;
2021 IND IRE KEN MEX NOR; 2022 ALB BRA GAB GHA UAE; 2023 ECU JPN MLT MOZ SWZ; 2024 ALG GUY ROK SIE SLV
"""
UN_LAST_KNOWN = 2024

SUCCESSORS = {"GFR": "GMY", "YPR": "YEM"}
"""Who took over a membership or a seat by union (3 October 1990; 22 May 1990)."""


def _terms() -> dict[int, tuple[str, ...]]:
    seats: dict[int, list[str]] = {}
    for entry in _UN_TERMS.replace("\n", " ").split(";"):
        year, states = entry.split(maxsplit=1)
        short, _, full = states.rpartition("/1")
        for state in short.replace("/1", " ").split():
            seats.setdefault(int(year), []).append(state)
        for state in full.split():
            seats.setdefault(int(year), []).append(state)
            seats.setdefault(int(year) + 1, []).append(state)
    return {year: tuple(sorted(states)) for year, states in seats.items() if year <= UN_LAST_KNOWN}


UN_ELECTED = _terms()
"""Elected members of the Security Council in each year: two-year terms, those before `/1` for one year (UN Charter, Art. 23; Repertoire of the Practice of the Security Council)."""

UN_QUOTAS = "2 americas 3 europe 2 asia 3 africa"
"""Seats by region where the elections are not known: Resolution 1991 A (1963) in round numbers."""

NEUTRALS = (
    ("SWZ", 1815, 9999, "Treaty of Paris 1815"),
    ("BEL", 1839, 1919, "Treaty of London 1839"),
    ("LUX", 1867, 1948, "Treaty of London 1867"),
    ("SWD", 1834, 1920, "declared, by choice; given up for the League, resumed in 1938"),
    ("SWD", 1938, 2023, "declared, by choice"),
    ("AUS", 1955, 9999, "constitutional law of 26 October 1955"),
    ("FIN", 1948, 1994, "treaty of 1948 and by choice"),
    ("IRE", 1939, 9999, "by choice"),
    ("TKM", 1995, 9999, "General Assembly resolution 50/80 A"),
    ("COS", 1983, 9999, "proclamation of 1983"),
)
"""Neutral states, with years and ground."""

NUCLEAR = (
    ("USA", "1945-07-16"), ("RUS", "1949-08-29"), ("UKG", "1952-10-03"), ("FRN", "1960-02-13"), ("CHN", "1964-10-16"),
    ("ISR", "1967-06-05"), ("IND", "1998-05-11"), ("PAK", "1998-05-28"), ("PRK", "2006-10-09"), ("SAF", "1979-11-01"),
)  # fmt: skip
"""First test, or the date from which a usable weapon is generally presumed (Israel, South Africa; the last dismantled by 1991)."""


def neutral(state: str, year: int) -> bool:
    """Tell whether a state was neutral in a year."""
    return any(state == one and first <= year < last for one, first, last, _ in NEUTRALS)


def nuclear(state: str, day: Date) -> bool:
    """Tell whether a state had nuclear weapons on a day."""
    since = dict(NUCLEAR).get(state, "9999")
    return since <= day.isoformat() and not (state == "SAF" and day.year >= 1991)
