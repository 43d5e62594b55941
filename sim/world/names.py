"""Names of states: Correlates of War numbers and abbreviations, ISO 3166 codes, names in English, each with its years."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sim.errors import nearest

_NO_ISO3 = " HAN BAV BAD SAX WRT HSE HSG MEC AUH PAP SIC MOD PMA TUS KOS ZAN KOR RVN "
_ISO3 = (
    "BHM:BHS HAI:HTI TRI:TTO BAR:BRB GRN:GRD SLU:LCA SVG:VCT AAB:ATG SKN:KNA GUA:GTM HON:HND SAL:SLV COS:CRI "
    "PAR:PRY URU:URY UKG:GBR IRE:IRL NTH:NLD FRN:FRA MNC:MCO SWZ:CHE SPN:ESP POR:PRT GMY:DEU GFR:DEU GDR:DDR AUS:AUT "
    "CZE:CSK CZR:CZE SLO:SVK SNM:SMR MNG:MNE MAC:MKD CRO:HRV BOS:BIH SLV:SVN BUL:BGR MLD:MDA ROM:ROU LAT:LVA "
    "LIT:LTU GRG:GEO SWD:SWE DEN:DNK ICE:ISL CAP:CPV EQG:GNQ GAM:GMB MAA:MRT NIR:NER CDI:CIV GUI:GIN BFO:BFA SIE:SLE "
    "TOG:TGO CAO:CMR NIG:NGA CEN:CAF CHA:TCD CON:COG DRC:COD TAZ:TZA BUI:BDI ANG:AGO MZM:MOZ ZAM:ZMB ZIM:ZWE "
    "MAW:MWI SAF:ZAF LES:LSO BOT:BWA SWA:SWZ MAG:MDG MAS:MUS SEY:SYC MOR:MAR ALG:DZA LIB:LBY SUD:SDN LEB:LBN KUW:KWT "
    "BAH:BHR UAE:ARE OMA:OMN TAJ:TJK KYR:KGZ KZK:KAZ MON:MNG TAW:TWN ROK:KOR BHU:BTN BNG:BGD SRI:LKA MAD:MDV NEP:NPL THI:THA "
    "CAM:KHM DRV:VNM MAL:MYS SIN:SGP BRU:BRN PHI:PHL INS:IDN ETM:TLS AUL:AUS NEW:NZL VAN:VUT SOL:SLB FIJ:FJI NAU:NRU "
    "MSI:MHL PAL:PLW YPR:YMD"
)
"""Abbreviations of the Correlates of War whose ISO 3166 code differs."""
_ISO3_OF = dict(pair.split(":") for pair in _ISO3.split())
_ISO3_ONCE = (("RUS", 1922, 1991, "SUN"), ("YUG", 2003, 2006, "SCG"), ("YUG", 2006, 2200, "SRB"))
_OTHER_NAMES = {
    "USA": "united states, america, us", "UKG": "britain, great britain, uk, england", "RUS": "soviet union, ussr, russia, russian empire, soviet russia", "IRN": "persia",
    "THI": "siam", "ETH": "abyssinia", "TUR": "ottoman empire, turkiye", "MYA": "burma", "SRI": "ceylon", "ROK": "korea, south korea", "PRK": "north korea",
    "DRV": "vietnam, north vietnam", "RVN": "south vietnam", "GFR": "germany, west germany", "GDR": "east germany", "CDI": "ivory coast",
    "DRC": "zaire, congo kinshasa, congo leopoldville, belgian congo", "CON": "congo brazzaville", "CZR": "czechia", "YUG": "serbia, fr yugoslavia, federal republic of yugoslavia, serbia and montenegro", "SWA": "eswatini", "BFO": "upper volta",
    "CHN": "peoples republic of china, china prc, prc, communist china", "EGY": "united arab republic, uar", "BEN": "dahomey", "ZIM": "rhodesia", "CAM": "kampuchea",
    "TAW": "republic of china, china roc, roc, nationalist china, formosa", "IRE": "irish free state", "BLR": "byelorussia, byelorussian ssr",
    "UKR": "ukrainian ssr", "BOS": "bosnia, bosniaherzegovina", "UAE": "united arab emirates", "GUI": "guinea", "ETM": "timorleste", "MLD": "moldavia",
    "AUH": "austria hungary, austria, habsburg empire", "GMY": "prussia", "DOM": "santo domingo", "NTH": "holland",
}  # fmt: skip


@dataclass(frozen=True)
class Spell:
    """A state while it belongs to the system."""

    ccode: int
    abbreviation: str
    name: str
    first_year: int
    last_year: int


class Names:
    """What each name meant in each year.

    Parameters
    ----------
    spells : iterable of Spell
        The state system.
    """

    def __init__(self, spells: Iterable[Spell]) -> None:
        self._meanings: dict[str, list[Spell]] = {}
        self._abbreviations: dict[int, str] = {}
        for spell in spells:
            self._abbreviations[spell.ccode] = spell.abbreviation
            years = range(spell.first_year, spell.last_year + 1)
            codes = {iso3(spell.abbreviation, year) for year in (years[0], years[-1])}
            for name in {
                spell.abbreviation,
                spell.name,
                str(spell.ccode),
                *filter(None, codes),
                *_others(spell.abbreviation),
            }:
                self._meanings.setdefault(_fold(name), []).append(spell)

    def __contains__(self, code: int) -> bool:
        """Whether a Correlates of War number was ever a state's."""
        return code in self._abbreviations

    def abbreviation(self, code: int) -> str:
        """Return the abbreviation that goes with a Correlates of War number, of its last spell."""
        return self._abbreviations[code]

    def code(self, name: str, year: int | None, by_iso3: bool = False) -> int:
        """Return the Correlates of War number that `name` meant in `year`, as an abbreviation before any other reading.

        AUS is Austria to one and Australia to the other: `by_iso3` puts ISO 3166 first.

        Raises
        ------
        ValueError
            No state was ever called so, or none of that year.
        """
        meant = self._meanings.get(_fold(name), [])
        if not meant:
            raise ValueError(f"{name[:40]!r} is no state{nearest(name, self._meanings)}")
        if year is None:
            return meant[-1].ccode
        living = [s for s in meant if s.first_year <= year <= s.last_year]
        if not living:
            first, last = min(s.first_year for s in meant), max(s.last_year for s in meant)
            raise ValueError(f"{name[:40]!r} was no state in {year}, only within {first}-{last}")
        folded = name.casefold()

        def rank(spell: Spell) -> tuple[bool, int]:
            code = iso3(spell.abbreviation, year) if by_iso3 else spell.abbreviation
            return (code or "").casefold() != folded, spell.ccode

        return min(living, key=rank).ccode


def iso3(abbreviation: str, year: int) -> str | None:
    """Return the ISO 3166-1 (or 3166-3) code of a state in a year, or None where it has none."""
    for state, first, last, code in _ISO3_ONCE:
        if state == abbreviation and first <= year < last:
            return code
    return None if f" {abbreviation} " in _NO_ISO3 else _ISO3_OF.get(abbreviation, abbreviation)


def _others(abbreviation: str) -> list[str]:
    return _OTHER_NAMES.get(abbreviation, "").split(", ") if abbreviation in _OTHER_NAMES else []


def _fold(name: str) -> str:
    return re.sub(r"[^a-z0-9 ]", "", name.casefold()).strip()
