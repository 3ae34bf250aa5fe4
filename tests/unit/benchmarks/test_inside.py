"""What is measured within the process is really answered, and from the database."""

from pathlib import Path

from benchmarks import dispatch, growth, inside, years
from storage import migrate
from storage.engine import create_engine

SIZE = 1_000


async def test_every_question_about_growth_has_an_answer_with_rows_in_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'aboard.db'}"
    engine = create_engine(url)
    migrate.upgrade(engine)
    years.fill(engine, SIZE)
    engine.dispose()
    async with inside.aboard(url) as aboard:
        for name, asked in growth.questions(SIZE).items():
            for one in asked:
                aboard.slack.shown = {}
                said = f"{await aboard.answer(one)} {aboard.slack.shown}"
                assert "asked" in said or "by <@" in said, (name, said)
                assert "went wrong" not in said, (name, said)


async def test_every_payload_that_is_dispatched_is_acknowledged(tmp_path: Path) -> None:
    async with inside.aboard(f"sqlite:///{tmp_path / 'aboard.db'}") as aboard:
        for body in dispatch.PAYLOADS.values():
            assert "went wrong" not in await aboard.answer(body)
