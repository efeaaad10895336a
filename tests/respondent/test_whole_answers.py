"""Readers of an open data browser see the old release or the new one, never some of each."""

import asyncio
import re
from threading import Event, Thread

import httpx
import pytest
from flask import Flask
from sqlite_utils import Database

from app import create_datasette
from survey_data.publishing.publish import Places
from tests.publishing.test_publish import numbered

RELEASES = 5


def of_json(text: str) -> set[str]:
    return set(re.findall(r'"value": (\d+)', text)) | set(re.findall(r'"note_sv": "(\d+)"', text))


def of_csv(text: str) -> set[str]:
    return {line.split(",")[4] for line in text.splitlines()[1:]}


READERS = {
    "/data/open/observations.json?_shape=array": of_json,
    "/data/open/observations.csv?_stream=1&_size=50": of_csv,
    "/data/open.json?_shape=array&sql=select+note_sv,value+from+release,observations": of_json,
}


def test_no_answer_is_of_two_releases(app: Flask, db: Database, places: Places) -> None:
    numbered(db, places, 0)
    site = create_datasette(app).app()
    done, told = Event(), {path: list[set[str]]() for path in READERS}

    def publish_many() -> None:
        try:
            for number in range(1, 20 * RELEASES):
                numbered(app.extensions["store"].db, places, number)
                # Slow readers get the time they need to meet several releases.
                if number >= RELEASES and min(map(len, told.values())) >= 4:
                    break
        finally:
            done.set()

    async def look(client: httpx.AsyncClient, path: str) -> None:
        while not done.is_set():
            reply = await client.get(path)
            assert reply.status_code == 200, reply.text
            told[path].append(READERS[path](reply.text))

    async def look_everywhere() -> None:
        transport = httpx.ASGITransport(app=site)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await asyncio.gather(*(look(client, path) for path in READERS))

    writer = Thread(target=publish_many)
    writer.start()
    try:
        asyncio.run(look_everywhere())
    finally:
        writer.join()
    for path, found in told.items():
        assert not [each for each in found if len(each) != 1], path
        assert len({number for each in found for number in each}) > 1, f"{path} read meanwhile"


@pytest.fixture
def places(app: Flask) -> Places:
    found: Places = app.extensions["places"]
    return found
