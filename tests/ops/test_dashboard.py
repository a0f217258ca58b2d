"""The dashboard, in the form of Grafana 12 and newer."""

from itertools import combinations

from tests.ops.figures import dashboard

#: The variable that selects the Prometheus when the dashboard is imported.
CHOSEN = {"type": "prometheus", "uid": "${datasource}"}


def test_it_is_of_a_current_schema():
    board = dashboard()
    assert board["schemaVersion"] >= 41  # Grafana 12.0
    assert {"uid", "title", "time", "templating", "panels"} <= board.keys()
    assert "id" not in board  # the importing Grafana sets it


def test_lateness_comes_first():
    first = dashboard()["panels"][0]
    assert first["type"] == "heatmap"
    assert first["gridPos"]["y"] == 0
    assert "presently_lateness_seconds_bucket" in first["targets"][0]["expr"]


def test_whoever_imports_it_chooses_the_datasource():
    board = dashboard()
    assert [(each["type"], each["query"]) for each in board["templating"]["list"]] == [
        ("datasource", "prometheus")
    ]
    assert board["templating"]["list"][0]["name"] == "datasource"
    for panel in board["panels"]:
        assert panel["datasource"] == CHOSEN
        assert all(target["datasource"] == CHOSEN for target in panel["targets"])


def test_each_panel_has_a_number_a_title_and_a_sentence_of_its_own():
    panels = dashboard()["panels"]
    for own in ("id", "title", "description"):
        assert len({panel[own] for panel in panels}) == len(panels)
    assert all(panel["description"].endswith(".") for panel in panels)
    for panel in panels:
        queries = [target["refId"] for target in panel["targets"]]
        assert len(set(queries)) == len(queries)


def test_no_panel_lies_over_another():
    for one, other in combinations([panel["gridPos"] for panel in dashboard()["panels"]], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in dashboard()["panels"])
