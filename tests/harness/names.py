"""Names of people who do not exist, as they are found in a Danish town: the same ones for the same number.

First and last names are drawn with the frequencies of such lists, a few very common and a long tail; some are double,
hyphenated or have a particle, and one in five comes from families that moved here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from guardroom.people.folding import fold, sound
from guardroom.people.name_families import stands_for

_MISSPELLINGS = Path(__file__).parent.parent / "people" / "misspellings.txt"


def _listed(names: str) -> list[str]:
    return names.split()


DANISH_FIRST = _listed("""
Anne Peter Mette Jens Kirsten Lars Hanne Michael Anna Henrik Helle Thomas Susanne Søren Lene Jan Maria Christian
Marianne Martin Inge Niels Karen Anders Lone Morten Camilla Jesper Pia Mads Bente Hans Charlotte Jørgen Jette Rasmus
Louise Per Inger Ole Tina Erik Ida Kim Gitte Mikkel Emma Bent Ulla Poul Sofie Kasper Lis Jacob Annette Frederik Marie
Torben Julie Claus Birgit Carsten Birthe Flemming Laura Steen Lise John Freja Kurt Josefine Bo Alma Emil Ella Oliver
Caroline Magnus Mathilde Simon Line Philip Nanna Daniel Cecilie Allan Rikke Brian Signe Kristian Katrine Kenneth Trine
Finn Heidi Leif Vibeke Svend Dorthe Knud Jytte Aage Grethe Børge Else Preben Rita Villy Ruth Tage Edith Kaj Agnete
Asger Astrid Aksel Bodil Bjarne Conny Benny Dagny Dennis Elisabeth Ejner Esther Gert Gudrun Gunnar Helga Harald
Ingelise Hugo Johanne Ivan Jonna Johannes Judith Keld Kristine Klaus Linda Kristoffer Lilly Lasse Lisbeth Mogens
Margit Nikolaj Merete Oskar Mia Otto Nete Palle Nina Ricky Olga Robert Randi Rune Rosa Stefan Sanne Sune Sara Tobias
Sidsel Tommy Solveig Troels Stine Uffe Susan Ulrik Tove Vagn Ursula Verner Vera Victor Viola Viggo Yrsa Villads Åse
Åge Ane Malthe Anja August Bettina Benjamin Britta Casper Birgitte Elias Connie Esben Dorte Felix Eva Frode Gerda
Gustav Gerd Hjalte Hedvig Holger Iben Jakob Ingrid Jonas Irene Jeppe Jane Karl Janni Lauge Jeanette Ludvig Jenny
Marius Joan Mathias Jonna Noah Kamilla Povl Karin René Karina Sebastian Kate Sigurd Kristina Storm Laila Thor Lea
Theodor Lena Valdemar Liv William Lærke Matthias Maja Frej Maren Bertram Margrethe Anton Mona Alfred Monica Arne
Nicoline Axel Pernille Birger Ragnhild Bjørn Rebekka Christoffer Regitze Ebbe Sabine Egon Simone Ernst Sonja Georg
Tanja Henning Therese Ib Tilde Kjeld Tenna Kresten Winnie
""")

DANISH_LAST = _listed("""
Nielsen Jensen Hansen Andersen Pedersen Christensen Larsen Sørensen Rasmussen Jørgensen Petersen Madsen Kristensen
Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Knudsen Jakobsen Jacobsen Mikkelsen Olesen Frederiksen
Laursen Henriksen Lund Schmidt Eriksen Holm Kristiansen Clausen Simonsen Svendsen Andreasen Iversen Jeppesen
Vestergaard Mogensen Nissen Jespersen Lauridsen Jepsen Frandsen Jessen Jørgensen Østergaard Lauritsen Nygaard
Danielsen Bertelsen Carlsen Kjær Bech Dahl Friis Bach Kruse Holst Bruun Davidsen Gregersen Skov Lassen Toft Winther
Hermansen Riis Krogh Carstensen Lorenzen Dam Kjeldsen Ravn Overgaard Nørgaard Bak Mathiesen Steffensen Villadsen
Paulsen Berg Brandt Bonde Thygesen Groth Ottosen Enevoldsen Eskildsen Bendtsen Søgaard Therkildsen Nørregaard
Kirkegaard Bjerre Damgaard Hedegaard Munk Thorsen Johnsen Dalgaard Juhl Bang Gade Schou Beck Hald Bay Lange Degn Smed
Juul Bjerregaard Markussen Høj Kofoed Ipsen Storm Dideriksen Bisgaard Lindholm Aagaard Ågård Abildgaard Agerskov
Ahlmann Albrechtsen Asmussen Balle Bager Birk Bredahl Brink Buch Bøgh Callesen Dahlgaard Dinesen Ebbesen Egeskov
Ejlersen Elkjær Engberg Fabricius Fischer Fjord Foged Fogh Frost Fuglsang Gad Gammelgaard Gormsen Graversen Grønbæk
Guldager Hald Hauge Hedemann Hein Hesselberg Hoffmann Holmgaard Hougaard Husted Hvid Høgh Isaksen Ibsen Jacobi Juncker
Kaas Kjærgaard Klitgaard Knudsen Koch Kokholm Korsgaard Krag Kragh Krarup Kristoffersen Kronborg Krog Kvist Langballe
Leth Lindberg Lindhardt Linnet Lyngsø Løvgreen Malling Marcussen Mejer Meyer Mølgaard Mørch Nørskov Obel Ovesen Pihl
Plough Præst Qvist Rahbek Randrup Ravnsborg Rohde Rosendahl Rønne Sandberg Schrøder Schultz Skaarup Skovgaard Skytte
Sloth Spangsberg Stage Steen Stougaard Svane Sølvsten Tang Teglgaard Thorup Thrane Trolle Tved Uldall Ussing Vad
Vinther Voss Wagner Westh Wind Winkel With Worm Wulff Ølgaard Ørsted Østerby Åkjær Aaskov Bøgelund Fæster Gjerløv
Hjorth
""")

FOREIGN_FIRST = _listed("""
Mohammed Ali Ahmed Fatima Hassan Mehmet Hussein Aisha Ibrahim Mustafa Omar Maryam Yusuf Khaled Zainab Abdullah Amina
Osman Ayse Mahmoud Layla Hamza Khadija Bilal Samira Karim Nour Rashid Emine Tariq Zahra Jamal Hatice Walid Sahra Salim
Leyla Ismail Elif Yasin Zeynep Murat Meryem Emre Hodan Kemal Sumaya Burak Ifrah Abdi Nadia Ayman Rania Bashir Hana
Farid Dalia Ghassan Iman Haidar Jamila Imran Karima Jawad Lubna Kamran Malika Marwan Mona Nabil Naima Nasser Noura
Qasim Parisa Rami Rabia Reza Rukhsana Said Salma Samir Sana Shahid Shirin Sharif Soraya Suleiman Sumaira Tahir Tahmina
Usman Yasmin Wasim Zeinab Zaid Faduma Zubair Hawa Dragan Jasmina Emir Amra Goran Mirela Nermin Sanela Zoran Dusica
Piotr Agnieszka Tomasz Katarzyna Krzysztof Magdalena Andrzej Ewa Grzegorz Joanna Marek Malgorzata Pawel Monika
Wojciech Zofia Andrei Elena Ion Mihaela Florin Ioana Gheorghe Oleksandr Olena Serhii Tetiana Volodymyr Oksana Dmytro
Iryna Minh Linh Thanh Huong Duc Mai Van Thi Suresh Priya Rajesh Lakshmi Sanjay Kavitha Arun Sunita Wei Xiu Jun Yan
Kwame Ama Tesfay Selam Berhane Hiwet Filmon Rahel Dawit Feven Yonas Mulu Abdirahman Hibo Mohamud Ayan Farhan Sagal
Guled Asha Liban Ubah
""")

FOREIGN_LAST = _listed("""
Ahmed Ali Hussain Khan Mohamed Hassan Yilmaz Nguyen Hussein Ibrahim Abdi Rahman Kaya Demir Celik Tran Pham Yildirim
Yildiz Şahin Öztürk Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özdemir Aydın Al-Khatib Al-Hassan El-Sayed Al-Jaber
Haddad Khalil Mansour Nasser Saleh Salem Darwish Farah Warsame Abdullahi Jama Nur Hersi Adan Osman Mohamud Aden Yusuf
Barre Hodzic Hadzic Begic Delic Mujic Petrovic Jovanovic Nikolic Kovacevic Markovic Ilic Kowalski Nowak Wisniewski
Wojcik Kowalczyk Kaminski Lewandowski Zielinski Szymanski Wozniak Dabrowski Popescu Ionescu Radu Dumitru Stan
Shevchenko Kovalenko Bondarenko Tkachenko Kravchenko Melnyk Le Vo Dang Bui Do Ngo Hoang Sivakumar Kumar Singh Sharma
Patel Chaudhry Butt Malik Iqbal Mahmood Akhtar Qureshi Sheikh Mirza Hashemi Ahmadi Rezaei Karimi Mohammadi Hosseini
Rahimi Jafari Moradi Sadeghi Noori Amiri Haidari Rasuli Tesfay Ghebremedhin Haile Kidane Tekle Weldu Habte Mensah
Owusu Diallo Traore Camara Santos Silva Ferreira Garcia Lopez Wang Li Zhang Chen
""")

_BEGINNINGS = _listed("""
Aa Ager Ald Alm Bak Bav Birke Bjerg Blå Bolde Brand Brede Bring Bro Brun Bryn Bæk Bøge Bøje Dal Dyb Dyre Ege Egel Elle
Elm Eng Eske Fal Far Fjel Flens Frede Fugle Fæl Før Gam Gejl Gjed Glad Grav Gren Grøn Gud Gul Gyld Ha Hammer Harre Hav
Hede Hejl Helle Hesse Him Hjar Hjor Hol Horn Hul Hus Hval Hvid Hyl Hæs Høj Høn Ild Ing Jer Jul Kalle Kar Ker Kil Kirke
Kjel Klov Knap Kobber Kol Kors Kram Kro Kvist Kær Lade Land Lang Lav Ler Lille Lind Lov Lyng Lys Lær Løg Løv Mad Mar
Mark Mejl Mos Mul Myr Mæl Møg Mør Nab Ned Nor Ny Nær Nør Od Old Ore Orm Ove Ox Pal Peders Pil Præste Rand Rav Ris Ros
Rug Ryd Rød Røn Sand Sej Sig Skal Skam Skav Skjold Skov Skæ Sol Spang Spar Staun Sten Stjer Stor Straa Sund Svan Sved
Sønder Sølv Tand Tind Tor Tran Tved Tving Ty Tår Tøn Ud Ul Ulv Under Vad Val Vam Vej Ven Ver Vester Vind Vor Væd Ydre
Æble Øl Ør Øster Å Ål
""")
_ENDINGS = _listed("""
gaard gård lund bæk holm bjerg skov toft dal by borg strup drup rup sted berg mark vang kjær kær høj sø ager hus lev
løse bro vad hede skjold dahl feldt stad lykke
""")


def names(number: int, seed: int = 2025) -> Iterator[str]:
    """So many full names; some occur more than once, as in a town."""
    random_ = random.Random(seed)
    for _ in range(number):
        yield _foreign(random_) if random_.random() < 0.2 else _danish(random_)


def years(number: int, seed: int = 2025) -> Iterator[int | None]:
    """So many birth years; one in eight is not known."""
    random_ = random.Random(seed + 1)
    for _ in range(number):
        yield None if random_.random() < 0.125 else random_.randint(1938, 2007)


@dataclass(frozen=True)
class Misspelling:
    """A name, how it was typed, and what went wrong; `held_out`: not looked at while the rules were made."""

    right: str
    typed: str
    kind: str
    held_out: bool


def misspellings() -> list[Misspelling]:
    """All of `tests/people/misspellings.txt`; every second one is held out."""
    lines = [line for line in _MISSPELLINGS.read_text("utf-8").splitlines() if not line.startswith("#")]
    found = []
    for number, line in enumerate(lines):
        right, typed, kind = line.split("; ")
        found.append(Misspelling(right, typed, kind, held_out=number % 2 == 1))
    return found


def strangers(number: int) -> list[tuple[str, int | None]]:
    """So many people with names and birth years, none of them a namesake, however spelled, of one on the list of
    misspellings: which of two namesakes is meant no name can tell."""
    listed = {_namesakes(spelling.right) for spelling in misspellings()}
    others = ((name, year) for name, year in zip(names(2 * number), years(2 * number), strict=True))
    return list(islice((one for one in others if _namesakes(one[0]) not in listed), number))


def _namesakes(name: str) -> tuple[str, ...]:
    return tuple(sorted(stands_for(sound(word)) or sound(word) for word in fold(name)))


def _danish(random_: random.Random) -> str:
    first = _often(random_, DANISH_FIRST)
    roll = random_.random()
    if roll < 0.08:
        first += "-" + _often(random_, DANISH_FIRST)
    elif roll < 0.18:
        first += " " + _often(random_, DANISH_FIRST)
    last = _often(random_, DANISH_LAST) if random_.random() < 0.75 else _rare(random_)
    if random_.random() < 0.3:
        middle = _rare(random_) if random_.random() < 0.5 else _often(random_, DANISH_LAST)
        last = f"{middle} {last}"
    return f"{first} {last}"


def _foreign(random_: random.Random) -> str:
    first = _often(random_, FOREIGN_FIRST)
    if random_.random() < 0.3:
        first += " " + _often(random_, FOREIGN_FIRST)
    last = _often(random_, FOREIGN_LAST)
    if random_.random() < 0.15:
        last = f"{last} {_often(random_, FOREIGN_LAST)}"
    return f"{first} {last}"


def _often(random_: random.Random, listed: list[str]) -> str:
    """One of the list, the first ones far more often than the last."""
    return listed[int(len(listed) * random_.random() ** 2.2)]


def _rare(random_: random.Random) -> str:
    """A name after a place, as thousands of families have one each."""
    return random_.choice(_BEGINNINGS) + random_.choice(_ENDINGS)
