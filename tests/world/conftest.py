"""Folders of downloads: the field's own where they are, small ones of the same format always."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

FILES = {
    "states.csv": """stateabb,ccode,statenme,styear,stmonth,stday,endyear,endmonth,endday,version
USA,2,United States of America,1816,1,1,2016,12,31,2016
UKG,200,United Kingdom,1816,1,1,2016,12,31,2016
GMY,255,Germany,1816,1,1,1945,5,8,2016
GFR,260,German Federal Republic,1955,5,5,1990,10,2,2016
GMY,255,Germany,1990,10,3,2016,12,31,2016
ITA,325,Italy,1816,1,1,2016,12,31,2016
ETH,530,Ethiopia,1898,1,1,1936,5,5,2016
ETH,530,Ethiopia,1941,5,5,2016,12,31,2016
AUL,900,Australia,1920,1,10,2016,12,31,2016
""",
    "nmc.csv": """ccode,year,milex,milper,irst,pec,tpop,upop,cinc
2,1935,806400,252,-9,1,127362,1,0.2
200,1935,646350,321,-9,1,46869,1,0.08
255,1935,1607587,461,-9,1,66871,1,0.1
325,1935,513379,1380,-9,1,42630,1,0.05
530,1935,-9,100,-9,1,13286,1,0.004
900,1934,15624,8,-9,1,6726,1,0.006
2,1956,1,1,1,1,1,1,0.25
200,1956,1,1,1,1,1,1,0.05
260,1956,1,1,1,1,1,1,0.04
325,1956,1,1,1,1,1,1,0.02
530,1956,1,1,1,1,1,1,0.003
900,1956,1,1,1,1,1,1,0.005
""",
    "majors.csv": """ccode,styear,stmonth,stday,endyear,endmonth,endday,version
2,1898,8,13,2016,12,31,2016
200,1816,1,1,2016,12,31,2016
255,1925,1,1,1945,5,7,2016
325,1860,1,1,1943,9,2,2016
""",
    "capitals.csv": """ccode,statenme,capital,stdate,enddate,lat,lng
2,United States of America,Washington,1816-01-01,2024-12-31,38.9,-77.04
200,United Kingdom,London,1816-01-01,2024-12-31,51.51,-0.13
255,Germany,Berlin,1816-01-01,1945-05-08,52.52,13.4
325,Italy,Rome,1871-01-01,2024-12-31,41.89,12.48
530,Ethiopia,Addis Ababa,1889-01-01,2024-12-31,9.03,38.74
900,Australia,Melbourne,1901-01-01,1927-05-08,-37.81,144.96
900,Australia,Canberra,1927-05-09,2024-12-31,-35.3,149.1
""",
    "contiguity.csv": """ccode1,ccode2,conttype,stdate,enddate
255,325,0,1816-01-01,1945-05-08
200,255,5,1816-01-01,1945-05-08
200,325,1,1816-01-01,2016-12-01
325,200,1,1816-01-01,2016-12-01
""",
    "alliances.csv": """statea,stateb,year,defense,offense,neutral,nonagg,consul
200,325,1935,0,0,0,0,1
325,200,1935,0,0,0,0,1
255,200,1935,1,0,0,0,0
2,260,1956,1,0,0,0,1
260,2,1956,1,0,0,0,1
2,200,1956,1,0,0,0,1
""",
    "trade.csv": """ccode1,ccode2,year,flow1,flow2,smoothflow1,smoothflow2
2,200,1935,100,200,100,200
2,325,1935,50,50,50,50
200,325,1935,-9,100,,100
""",
    "ideal.csv": """"","ccode","session","IdealPointAll","iso3c"
"1",2,11,1.8,"USA"
"2",200,11,1.2,"GBR"
"3",325,10,0.9,"ITA"
"4",530,11,-0.6,"ETH"
"5",900,11,1.0,"AUS"
""",
    "regime.csv": """ccode,year,polity2,v2x_polyarchy
2,1935,9,.6
200,1935,10,.7
255,1935,-9,.1
325,1935,-9,.1
530,1935,-5,.02
900,1935,NA,.8
2,1956,10,.6
200,1956,10,.7
260,1956,10,.7
325,1956,10,.7
530,1956,-9,.02
900,1956,10,.8
""",
    "rivals.csv": """tssr_id,rivalry,ccode1,ccode2,start,end
1,Italy-Ethiopia,325,530,1869,1943
2,Britain-Germany,200,255,1896,1918
""",
    "members.csv": """institution,stateabb,start,end_notice_or_exit
League of Nations,UKG,1920-01-10,1946-04-18
League of Nations,ITA,1920-01-10,1937-12-11
League of Nations,AUL,1920-01-10,1946-04-18
League of Nations,ETH,1923-09-28,1946-04-18
League of Nations,GMY,1926-09-08,1933-10-21
""",
}


@pytest.fixture
def folder(tmp_path):
    """A folder of small files, complete and sound."""
    place = tmp_path / "data"
    place.mkdir()
    for name, text in FILES.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def parquet_folder(folder):
    """The same with trade as Parquet."""
    frame = pl.read_csv(folder / "trade.csv", null_values=["-9", ""])
    (folder / "trade.csv").unlink()
    frame.write_parquet(folder / "trade.parquet")
    return folder


@pytest.fixture(scope="session")
def real():
    """The field's own files; skipped where they are absent."""
    from sim.world.importers.archive import Archive

    beside = Path(__file__).parents[3] / "shared" / "data"
    place = Path(os.environ.get("COVENANT_DATA", beside))
    if not (place / "cow_nmc_v7.0.csv").is_file():
        pytest.skip("the field's files are not here; set COVENANT_DATA to their folder")
    return Archive(place)
