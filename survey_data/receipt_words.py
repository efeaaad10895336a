"""Receipt references that can be said on the telephone: a Swedish word and four digits."""

from __future__ import annotations

import secrets

from sqlite_utils import Database

from survey_data.database import scalar

# 256 everyday nouns from nature, without å, ä or ö, none a sound-alike of another.
WORDS = tuple(
    """
    Abborre Agat Akleja Akvarell Alm Altan April Ask Augusti Bagge Bark Barr Basalt Bastu
    Berg Blad Blixt Blomma Bokskog Bolster Brasa Bris Bro Brunn Bukett Buske Choklad
    Citron Dagg Damm Delfin Delta Dill Dimma Dragon Drake Dunge Duva Ejder Eka Ekollon
    Ekorre Falk Fasan Februari Fiol Fisk Fjord Fjun Flamma Flinga Flod Flotte Flygel
    Forell Fors Fura Fyr Galleri Gata Gips Gitarr Glans Glasbruk Glimt Gnista Gren Grind
    Grotta Gruva Gryning Guld Gullviva Gurka Hagel Hagtorn Halm Hamn Hare Hassel Hav Hed
    Hjort Holme Honung Horisont Humle Hund Hydda Igelkott Isbit Jade Januari Jasmin Jord
    Juni Kaffe Kajak Kakao Kamin Kamomill Kanal Kanel Kanot Karp Kastanj Kastell Katedral
    Katt Kaveldun Kikare Kiosk Klarinett Klippa Klocka Knopp Kobolt Kompass Kopparkittel
    Korg Korp Krabba Krasse Kristall Krokus Krona Kulle Kummin Kust Kvarn Kvist Lada Lagun
    Lampa Land Lax Lera Libsticka Lilja Lind Linjal Linje Linne Ljung Ljus Lodjur Lotus
    Lund Lykta Lyra Magnet Malm Malva Mandel Marmor Mars Mast Medvind Melodi Melon Mimosa
    Minut Moln Morgon Morot Mossa Mullvad Mynta Norrsken Nyckel Oboe Ocean Oktober Oliv
    Olvon Opal Ostron Palett Papper Paprika Park Pastell Penna Pensel Perrong Persika Pil
    Pinje Planet Plym Polka Potatis Pumpa Pyramid Rabarber Radisa Regn Ren Ripa Rosett
    Rosmarin Rubin Runsten Sadel Saffran Safir Salamander Salvia Sand Segel Selja Skata
    Snipa Solros Sommar Sparv Spenat Spindel Spis Stig Stork Stuga Sund Svala Svan Syren
    Tall Tamburin Tandem Tegel Termos Tiger Timjan Tistel Torn Torp Trappa Trast Tratt
    Trumma Trumpet Tulpan Tuva Ullgarn Utsikt Vass Veranda Vide Vinter Viol Vipa Visent
    Vulkan Yxa Zebra Zenit
    """.split()
)


def reference_for(db: Database, invitation_id: int) -> str:
    """The invitation's reference ("Hassel 47 29"), the same for each version; never a secret.

    Unique within a round; made at the first hand-in. Call within a writing transaction.
    """
    known = scalar(
        db, "SELECT reference FROM receipt_reference WHERE invitation_id = ?", (invitation_id,)
    )
    while known is None:
        known = scalar(
            db,
            "INSERT OR IGNORE INTO receipt_reference (round_id, reference, invitation_id)"
            " SELECT round_id, ?, id FROM invitation WHERE id = ? RETURNING reference",
            (_any_reference(), invitation_id),
        )
    return str(known)


def _any_reference() -> str:
    number = secrets.randbelow(10_000)
    return f"{secrets.choice(WORDS)} {number // 100:02} {number % 100:02}"
