"""An incident on paper: who may have it printed, what stands in it, and what never does (L12, K14 to K17)."""

from __future__ import annotations

import stat
from dataclasses import replace

import pytest
from incident_house import EJECTION, IncidentHouse, line

from guardroom.incidents.form import SubjectForm
from guardroom.incidents.log import IncidentLog
from guardroom.incidents.view import IncidentView
from guardroom.people.roles import Role
from guardroom.people.who import Who
from guardroom.refusal import Forbidden, Refused


def sheet(at: IncidentHouse, who: Who, incident: int) -> str:
    return at.log.print_sheet(who, incident).read_text("utf-8")


def full(at: IncidentHouse) -> IncidentView:
    """An ejection after an alarm, with everything said."""
    alarm = at.alarm(
        line(1, "step", "on_scene", minutes=-18),
        line(2, "step", "left", minutes=-17),
        line(3, "withdraw_step", "left", minutes=-16.5),
        line(4, "police_called", "112", minutes=-16, by="MH"),
        line(5, "note", text="Hemmelig note", minutes=-15),
        acknowledged_at=at.clock.now(),
        acknowledged_by="JB",
    )
    saved = at.save(
        form=EJECTION,
        alarm=alarm,
        subjects=(SubjectForm(name="Kasper <b>Eksempel</b>"), SubjectForm(description="Mand i <i>rød</i> jakke")),
        time="09:40",
        asked_time="09:42",
        police="112",
        police_time="09:44",
        police_ref="0700-12345-25",
        felt="very_serious",
        assessed="serious",
        sick_leave="yes",
        account="Råbte en trussel og slog i bordet.\n<script>alert(1)</script>",
    )
    at.log.add(at.guard, saved.id, "Rettelse: <img src=x> kom senere.")
    return saved


def test_whoever_reads_it_all_prints_it_all(at: IncidentHouse) -> None:
    saved = full(at)
    settings = at.house.ground.settings
    site = replace(settings.site, cvr="12345678")
    log = IncidentLog(replace(at.house.ground, settings=replace(settings, site=site)), at.persons)
    path = log.print_sheet(at.guard, saved.id)
    text = path.read_text("utf-8")
    assert path == settings.letters.folder / f"{saved.number}.html"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    reporter = text[text.index("Reported by") : text.index("What is known")]
    for said in (settings.policy.municipality, "12345678", settings.site.address, settings.site.phone):
        assert said in reporter
    times = text[text.index("Times of the response") : text.index("What was written")]
    for said in ("Button pressed", "09:40:00", "Acknowledged, JB", "At the room, VT", "Police called on 112, MH"):
        assert said in times
    assert "Left or escorted out" not in times, "it was taken back"
    for said in (
        "Kasper &lt;b&gt;Eksempel",
        "Mand i &lt;i&gt;rød",
        "0700-12345-25",
        "Råbte en trussel",
        "&lt;img src=x&gt;",
    ):
        assert said in text
    for never in ("<script", "<img", "<b>Eksempel", "Hemmelig note", "very serious", "Sick leave"):
        assert never not in text


def test_it_begins_with_the_names_that_stand_in_it(at: IncidentHouse) -> None:
    saved = full(at)
    text = sheet(at, at.guard, saved.id)
    names = text[: text.index("Reported by")]
    for name in ("Kasper &lt;b&gt;Eksempel", "VT", "JB", "MH", at.guard.initials):
        assert name in names
    assert "The citizen may be given access to the report" in names


def test_who_sees_only_the_facts_prints_only_those(at: IncidentHouse) -> None:
    saved = full(at)
    text = sheet(at, at.house.who(Role.SECURITY_COORDINATOR), saved.id)
    assert "not named on this sheet" in text
    assert "It is not on this sheet" in text
    for hidden in ("Kasper", "jakke", "Råbte", "Rettelse", "0700-12345-25", "JB", "MH"):
        assert hidden not in text
    assert "VT" not in text


def test_each_print_is_logged_as_read_and_as_printed(at: IncidentHouse) -> None:
    saved = full(at)
    at.log.print_sheet(at.guard, saved.id)
    assert at.house.told()[-2:] == ["incident_opened", "incident_printed"]
    before = at.house.told()
    with pytest.raises(Forbidden):
        at.log.print_sheet(at.desk, saved.id)
    with pytest.raises(Refused, match="no such incident"):
        at.log.print_sheet(at.guard, 99)
    assert at.house.told() == before


def test_a_folder_that_cannot_be_written_logs_nothing(at: IncidentHouse) -> None:
    saved = at.save()
    before = at.house.told()
    at.house.ground.settings.letters.folder.write_text("in the way")
    with pytest.raises(Refused, match="cannot be written"):
        at.log.print_sheet(at.guard, saved.id)
    assert at.house.told() == before


def test_printed_again_it_is_as_it_is_now(at: IncidentHouse) -> None:
    saved = at.save()
    first = at.log.print_sheet(at.guard, saved.id)
    at.log.add(at.guard, saved.id, "Kom til senere.")
    assert at.log.print_sheet(at.guard, saved.id) == first
    assert "Kom til senere." in first.read_text("utf-8")
    assert [each.name for each in first.parent.iterdir()] == [first.name]
