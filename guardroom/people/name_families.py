"""Names that are one name in several languages or spellings, further apart than any rule of sound brings them.

A line is a family; its first name stands for it where the search is explained. Spellings that `folding.sound` makes
the same, or that lie one letter from a name in the family, need not be here. Short forms are, where the register
usually has the long one (Chr., Moh., Abd).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guardroom.people.folding import fold, sound

_FAMILIES = """
Kristian Christian Kristjan Chresten Kresten Christen Chr Krestian
Kristine Christine Kirstine Kristina Christina Kirstin Kirsten
Kristoffer Christopher Christoffer Kristofer Khristofor Krzysztof Christoph
Mohammed Muhammad Mohamad Mohamed Mohammad Muhamed Muhammed Mohamud Mahamed Maxamed Mehmet Muhamet Mamadou
Mahmoud Mahmud Mahmod Mehmood Mahmood
Ahmed Ahmad Ahmet Achmed Axmed Achmad Ahmadi
Yusuf Youssef Yousef Yousuf Josef Joseph Yosef Yousif Yussuf Yuusuf Jusuf Iosif Giuseppe Jozef
Hussein Hussain Husain Husein Hossein Hussien Huseyin Xuseen Hosein Husayn Houssein Husejin
Hassan Hasan Xasan Hasen
Fatima Fatma Fatemeh Fatimah Fadma Faduma Fadumo Fatoumata Fatime Fatme
Ali Aly Cali
Abdullah Abdallah Abdulla Abdulah Abdulahi Abdullahi Cabdullaahi Abdoulaye Abdalla Abdollah
Abdulrahman Abdelrahman Abdurahman Abdirahman Abdurrahman Abdulrehman Abderrahman Abdiraxmaan Abdalrahman
Abdul Abdel Abdal Abd Abdi Abdoul Abdol
Abdulkadir Abdelkader Abdiqadir Abdulqadir Abdulkader Abdukadir
Abdulaziz Abdelaziz Abdiaziz Abdalaziz
Ibrahim Ebrahim Abraham Ibraahim Brahim Ibrahima Avraham
Ismail Ismael Esmail Ismaaciil Ishmael Smail
Omar Umar Omer Umer Cumar Oumar
Osman Othman Uthman Usman Cismaan Ousmane Outhman
Aisha Aysha Ayse Aicha Aishah Ayesha Caasha Ajsa Asha Aische
Khadija Khadidja Hatice Khadijah Qadija Khadra Hadija Kadidja
Maryam Mariam Meryem Miriam Myriam Merjem Maryan Marjam Mariama
Zainab Zeinab Zeynep Zaynab Zejneb Saynab Zeyneb
Khaled Khalid Halid Haled Khaalid Chalid
Mustafa Mustapha Moustafa Mostafa Mustafe Moustapha
Said Sayed Saeed Sayeed Saiid Siad Siid Sayyid Sajid
Rashid Rasheed Rachid Rachied Resid
Tariq Tarek Tarik Tareq Tarig
Jamal Jamaal Djamal Gamal Cemal Dzemal Djemal
Jamila Djamila Gamila Cemile Jameela
Bilal Belal Bilel
Karim Kareem Kerim Abdulkarim
Hamid Hameed Hamed Hamit
Rahim Raheem Rahimi
Walid Waleed Oualid Velid
Samir Sameer Semir
Nour Noor Nur Nura Noura
Layla Leila Laila Leyla Lejla Lajla
Suleiman Sulayman Suleyman Sulejman Soliman Saleban Saleebaan Soulaiman Souleymane Solomon
Yasin Yassin Yaseen Yacine Jasin
Yunus Younis Younes Junus Jonas
Yaqub Yakub Jacob Jakob Yacoub Jakub Jaakob
Isak Isaac Ishaq Isaq Ishak
Musa Moussa Mousa Moses Muuse Moosa
Dawud Daoud David Davud Daud Dawood Dawit
Hamza Hamzah Hamse Hamze
Shirin Shireen Sirin Sherin
Rasul Rasoul Rasool
Zahra Zehra Sahra Zahraa Zohra
Nasir Naser Nasser Nazir
Fuad Fouad Fuat Foad
Raed Raid Raad
Ziyad Ziad Zijad Siyad
Murad Mourad Murat
Nguyen Nguyn Nguyien Ngyuen Nuguyen
Poul Povl Paul Pawel Pavel Paal Pal Pablo Paulo
Peter Petter Peder Petar Pjotr Piotr Petr Pieter Per Pedro Pierre
Niels Nils Nels
Nikolaj Nicolai Nikolai Nicolaj Mykola Nicolas Nikolas Nicholas Nikola
Jens Jans Jenns
Johannes Johan Johann Hannes
John Jon Jonn Jhon
Hans Hanns
Lars Laurits Lauritz Lauridz
Anders Andreas Andres Andrej Andrzej Andrew Andrei
Aage Ogge Age
Mikael Michael Mikkel Michal Mikhail Mihail Michel Micheal Mickael Michail
Mads Mats Matz Mattis Mathis
Mathias Matthias Mattias Matias Matthew
Morten Martin Marten Maarten
Jørgen Georg Jurgen Gorgen
Søren Severin
Erik Eric Eirik Erich Eryk
Henrik Hendrik Henrich Heinrich Henry
Frederik Fredrik Friedrich Frederick Frederic
Ole Oluf Olav Olaf Olof
Kjeld Keld Kjell Kell
Leif Lejf Layf
Carsten Karsten Kasten Karstein
Jesper Jasper Kasper Casper Kaspar Caspar
Philip Filip Phillip Philippe Felipe
Stefan Steffen Stephan Stephen Steven Stephane Stefano Szczepan
Oliver Olivier
Aleksander Alexander Aleksandar Alexandre Alejandro Oleksandr Sander Aleksandr
Aleksandra Alexandra Oleksandra
Sebastian Sebastjan Bastian
Viktor Victor Wiktor
Tobias Thobias
Rasmus Erasmus
Elisabeth Elizabeth Lisbeth Lisbet Lisabeth Elsebeth Elzbieta
Katrine Cathrine Kathrine Katharina Catherine Katarina Trine Katerina Kateryna Ekaterina Katarzyna
Karen Karin Caren Carin
Margrethe Margrete Margaret Grethe Margit Margarita Malgorzata
Malene Magdalene Malena Marlene Magdalena Madeleine
Anne Anna Ane Ann Annie
Hanne Hanna Hannah Johanne Johanna
Marie Maria Mia Mary Marija Mariya Maja
Mette Mete Meta
Helle Helene Helena Helen Olena Elena Ellen
Lise Lisa Liza Liese
Susanne Susan Suzanne Susanna Zuzanna
Charlotte Sharlotte Scharlotte Lotte Carlotta
Camilla Kamilla Kamila Camila
Cecilie Sesilie Cecilia Cecilija Silje Cecile
Sofie Sophie Sofia Sophia Zofia Sofija
Birgitte Brigitte Birgit Brigita
Gitte Gidde Gitta
Inger Ingrid Inga Inge
Julie Julia Juliane Yulia Julija Giulia
Emilie Emily Emilia Emelie
Jytte Jutta
Asger Asgar Esger
Villiam William Wiliam Viljam Willy Wilhelm Vilhelm Guillaume
Ivan Iwan Jovan
Tomasz Thomas Tomas
Jan Jahn Yan
Marek Mark Marcus Markus Marc
Lukas Lucas Luka Luke Luca Lukasz
Vladimir Wladimir Volodymyr Wolodymyr
Dmitri Dimitri Dmytro Dmitrij
Serhii Sergej Sergei Serhij Sergey
Jensen Janssen Jansen Johnsen
Nielsen Nilsen Nilsson Nelson
Christensen Kristensen Christiansen Kristiansen Kristjansen
Andersen Andreasen Anderson Andresen
Olsen Olesen Olufsen Olson
Poulsen Povlsen Paulsen Pavlsen
Laursen Lauritsen Lauridsen Larsen
Madsen Matsen Mathiesen Mathiasen
Mortensen Martinsen Martensen
Petersen Pedersen Peterson Pettersen Pettersson
Mikkelsen Michaelsen Michelsen Mikaelsen
Jørgensen Jurgensen Georgsen
Schmidt Smidt Smith Schmitt Smed Szmit
Møller Müller Myller
Christoffersen Kristoffersen
Jakobsen Jacobsen
Høj Høgh Høeg
Skov Skou Schou Schow Schouw
Bech Bæk
Kjær Kier
Friis Fris Fries
Hauge Have
Kowalczyk Kowalchik Kovalcik Kovaltjik
Kowalski Kovalsky Kowalsky
Nowak Novak
Hodzic Hodjic Hodza
Yilmaz Jilmaz
Sahin Schahin Shahin Sjahin
Ozturk Oztyrk Eztyrk
Celik Chelik Tjelik Schelik
Jama Jaamac Jamac
Warsame Warsama Warsami
Farah Faarax Farax
Hersi Xirsi Hirsi
Ghulam Gulam Golam
Chaudhry Choudhury Chaudry Chowdhury Tjaudri Chaudhary
Qureshi Koreshi Quraishi Kureshi
Sheikh Shaikh Sheik Cheikh Seyh Shekh
Haji Hajji Hadji Xaaji
Tesfay Tesfai Tesfaye
Ghebre Gebre Gebr
Lauge Lave Lage
Mogens Måns Mons
"""

_PARTICLES = """
al el ul ad ed as an ar at abu umm bin ibn ben bint binti ould os
de da di do dos du la le las los van von vom der den dem ten ter zu zum af av of ap mac mc st y i og f foedt
"""

PARTICLES = frozenset(_PARTICLES.split())
"""Small words of a name that many leave out."""


def _by_sound() -> tuple[Mapping[str, tuple[int, ...]], tuple[tuple[str, ...], ...], tuple[str, ...]]:
    of_key: dict[str, list[int]] = {}
    keys: list[tuple[str, ...]] = []
    shown: list[str] = []
    for line in _FAMILIES.strip().splitlines():
        names = fold(line)
        members = tuple(dict.fromkeys(sound(name) for name in names))
        for key in members:
            of_key.setdefault(key, []).append(len(keys))
        keys.append(members)
        shown.append(names[0])
    return {key: tuple(families) for key, families in of_key.items()}, tuple(keys), tuple(shown)


_FAMILIES_OF, _MEMBERS, _SHOWN = _by_sound()


def relatives(key: str) -> tuple[str, ...]:
    """The other forms, as `sound` makes them, of the name that sounds like `key`; none where it has no family."""
    families = _FAMILIES_OF.get(key, ())
    return tuple(dict.fromkeys(other for family in families for other in _MEMBERS[family] if other != key))


def sounds_of_families() -> Iterable[str]:
    """Every form, as `sound` makes it, of a name that has a family."""
    return _FAMILIES_OF.keys()


def stands_for(key: str) -> str | None:
    """The folded name that stands for the family of the name that sounds like `key`; None where it has none."""
    families = _FAMILIES_OF.get(key)
    return None if families is None else _SHOWN[families[0]]
