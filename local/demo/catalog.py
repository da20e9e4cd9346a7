"""Learning resources of the demo's marketplace: invented, with the competencies that each one serves."""

from typing import Any, NamedTuple
from uuid import UUID

from local.demo.chance import steady_id
from local.demo.competencies import GRADES
from local.demo.framework import item_id


class Resource(NamedTuple):
    title: str
    kind: str
    licence: str
    codes: tuple[str, ...]
    """Codes of the competencies it serves, the closest first."""
    keywords: tuple[str, ...]
    description: str
    language: str = "en"

    @property
    def slug(self) -> str:
        return "-".join("".join(c if c.isalnum() else " " for c in self.title.lower()).split())

    @property
    def grades(self) -> list[str]:
        """Those of the competencies, in order."""
        named = {code.split(".")[1] for code in self.codes}
        return [grade for grade in GRADES if grade in named]

    @property
    def url(self) -> str:
        return f"https://resources.example.org/{self.slug}"

    def id(self, district: str) -> UUID:
        """The listing's id in one district; each district lists for itself."""
        return steady_id(district, "resource", self.slug)

    def listing(self) -> dict[str, Any]:
        """The body for the catalogue's door; the first competency is served best."""
        strengths = ("1", "0.7", "0.5")
        return {
            "title": self.title,
            "kind": self.kind,
            "description": self.description,
            "url": self.url,
            "licence": self.licence,
            "language": self.language,
            "grades": self.grades,
            "keywords": list(self.keywords),
            "approval": "approved",
            "alignments": [
                {"identifier": item_id(code), "strength": strength}
                for code, strength in zip(self.codes, strengths, strict=False)
            ],
        }


def _read(table: str) -> tuple[Resource, ...]:
    """Lines of `title | kind | licence | codes | keywords | description [| language]`."""
    return tuple(_resource(*(cell.strip() for cell in line.split("|"))) for line in table.strip().splitlines())


def _resource(title: str, kind: str, licence: str, codes: str, keywords: str, *rest: str) -> Resource:
    return Resource(title, kind, licence, tuple(codes.split()), tuple(k.strip() for k in keywords.split(",")), *rest)


_MATHEMATICS = """
Balance the Scale | simulation | CC-BY-4.0 | MA.06.ALG.2 MA.06.ALG.3 MA.06.ALG | puzzles, balance | Move weights on a scale to solve equations of one step.
Rocket Fuel Equations | practice | CC-BY-4.0 | MA.08.ALG.1 MA.08.ALG | space, rockets | Linear equations with the unknown on both sides, set on a launch pad.
Endless or None | lesson | CC-BY-SA-4.0 | MA.08.ALG.2 MA.08.ALG | logic, puzzles | Sort equations by how many solutions they have and say why.
Slopes on the Skate Ramp | video | CC-BY-NC-4.0 | MA.08.ALG.3 MA.08.ALG | skating, sports | What slope and intercept mean on a ramp.
Two Trains, One Bridge | simulation | CC-BY-4.0 | MA.08.ALG.4 MA.08.ALG | trains, maps | Pairs of linear equations as meeting points.
Orbit Clubs | project | CC-BY-4.0 | MA.09.ALG MA.08.ALG.3 | space, teamwork | Compare linear and exponential growth with satellites in orbit.
Two Steps Forward | practice | CC-BY-4.0 | MA.07.ALG.2 MA.07.ALG | dance, music | Equations of two steps to the beat of a song.
Gather the Terms | game | proprietary | MA.07.ALG.1 MA.07.ALG | games | Collect like terms before the tide comes in.
Proportional or Not | assessment | CC0-1.0 | MA.07.ALG.4 MA.07.ALG | cooking | Ten short situations to decide upon.
Pizza Fractions | lesson | CC-BY-4.0 | MA.05.NUM.1 MA.05.NUM | cooking | Common denominators with slices.
Guess Before You Add | practice | CC-BY-4.0 | MA.05.NUM.2 MA.05.NUM | games, estimation | Estimate sums of fractions against the clock.
Point Taken | practice | CC-BY-SA-4.0 | MA.05.NUM.3 MA.05.NUM | money, shopping | Place the decimal point by reasoning.
Halves that Double | video | CC-BY-4.0 | MA.06.NUM.1 MA.06.NUM | drawing | Why dividing by one half makes more.
Trail Mix Ratios | project | CC-BY-4.0 | MA.06.NUM.2 MA.06.NUM | cooking, hiking | Mix a recipe for four and for forty.
Better Buy | lesson | CC-BY-4.0 | MA.06.NUM.3 MA.06.NUM | money, shopping | Unit rates in a shop window.
Below Zero | simulation | CC-BY-4.0 | MA.07.NUM.1 MA.07.NUM | weather, ice | Add and take away on a frozen number line.
Percent of Change | practice | CC-BY-4.0 | MA.07.NUM.3 MA.07.NUM | sports, statistics | Who improved most this season?
Pattern Parade | game | CC-BY-NC-4.0 | MA.01.ALG MA.KG.ALG | music, animals | Continue the parade of drums and elephants.
Tens and Ones Market | lesson | CC-BY-4.0 | MA.02.NUM | shopping | Pay and give change within one hundred.
Area of the Garden | project | CC-BY-4.0 | MA.03.GEO | gardening | Plan beds that cover the same area.
Angles in the City | video | CC-BY-4.0 | MA.04.GEO | buildings, photography | Find and measure angles in photographs.
Boxes and Volume | simulation | CC-BY-4.0 | MA.05.GEO | building, blocks | Fill boxes with unit cubes and look for a rule.
Nets Unfolded | lesson | CC-BY-4.0 | MA.06.GEO | paper, design | Fold nets and compare surface areas.
What is Typical? | lesson | CC-BY-4.0 | MA.06.DAT | music, surveys | Describe what a class listens to by centre and spread.
Chances in the Hall | simulation | CC-BY-4.0 | MA.07.DAT | games | Sample two halls and compare.
"""
_SCIENCE = """
Before the Lab | video | CC-BY-4.0 | SC.06.INV.1 SC.06.INV | laboratory, safety | Question, materials and rules before anything is poured.
Steps in Order | practice | CC-BY-4.0 | SC.06.INV.2 SC.06.INV | laboratory, puzzles | Put the cards of a lab procedure in order and say what each is for.
Variable Hunt | game | CC-BY-NC-4.0 | SC.06.INV.3 SC.06.INV SC.05.INV.2 | games, detectives | Find what was changed, measured and kept the same.
A Notebook for Two | lesson | CC-BY-4.0 | SC.06.INV.4 SC.06.INV | writing, laboratory | Record so that a partner can repeat it.
Kitchen Procedure | project | CC-BY-4.0 | SC.05.INV.1 SC.05.INV | cooking | Write a recipe as a procedure and let somebody else follow it.
Draw the Set-up | lesson | CC-BY-4.0 | SC.05.INV.3 SC.05.INV | drawing | Labelled pictures of experiments.
Particles in a Balloon | simulation | CC-BY-4.0 | SC.06.PHY | balloons | Warm and cool a gas and watch the particles.
Why Summer | video | CC-BY-SA-4.0 | SC.06.LIF | space, seasons | The tilt of the Earth with a lamp and an orange.
Rock Stories | reading | CC-BY-4.0 | SC.06.LIF SC.04.LIF | rocks, hiking | Three rocks tell how they came to be.
Push and Pull Playground | simulation | CC-BY-4.0 | SC.KG.PHY SC.03.PHY | playground | What happens if you push twice as hard?
Pond Web | project | CC-BY-4.0 | SC.05.LIF | animals, ponds | Who eats whom in a pond nearby.
Cells at Work | simulation | CC-BY-4.0 | SC.07.LIF | biology, design | Build a cell out of the jobs it has to do.
Crash Test Eggs | project | CC-BY-4.0 | SC.09.PHY | cars, design | Design a cushion by the laws of motion.
Waves and Whispers | lesson | CC-BY-4.0 | SC.08.PHY | music, sound | How a wave carries a message.
Moving Plates | simulation | CC-BY-4.0 | SC.08.LIF | maps, volcanoes | Rewind the continents.
Atoms Rearranged | practice | proprietary | SC.10.PHY | chemistry | Balance equations with bricks.
"""
_LANGUAGE_ARTS = """
Make a Claim | lesson | CC-BY-4.0 | LA.06.WRI.1 LA.06.WRI | debate | Turn a topic into a claim that can be argued.
Evidence Sorter | practice | CC-BY-4.0 | LA.06.WRI.2 LA.06.WRI | detectives | Which evidence bears on the claim?
Words that Link | practice | CC-BY-4.0 | LA.06.WRI.3 LA.06.WRI | writing | Because, although, therefore.
The River House | reading | CC-BY-NC-4.0 | LA.06.REA LA.05.REA | family, rivers | A short story whose theme grows in small details.
Listen and Retell | lesson | CC-BY-4.0 | LA.02.SPE LA.KG.REA | animals | Tales to hear and tell again.
Prefix Workshop | game | CC-BY-4.0 | LA.03.LAN | games | Build words from parts.
Cuentos del Patio | reading | CC-BY-4.0 | LA.03.REA | family, playground | Stories of a courtyard, in Spanish. | es
Debate Night | project | CC-BY-4.0 | LA.11.SPE | debate, community | Prepare and hold a public debate.
Style Switch | lesson | CC-BY-4.0 | LA.08.LAN | writing | Active, passive and what each does to a reader.
Reader's Court | assessment | CC-BY-SA-4.0 | LA.11.REA | law, debate | Judge an argument by its reasons and omissions.
"""
_SOCIAL_STUDIES = """
Ask a Better Question | lesson | CC-BY-4.0 | SS.06.INQ.1 SS.06.INQ | teamwork | Questions that cannot be answered with yes or no.
Plan the Inquiry | practice | CC-BY-4.0 | SS.06.INQ.2 SS.06.INQ | teamwork, design | Share out the work of a group project.
Two Accounts of a Flood | reading | CC-BY-4.0 | SS.06.INQ.3 SS.05.INQ | rivers, weather | Sources that disagree, and on what.
Six Climates | simulation | CC-BY-4.0 | SS.06.PLA | maps, weather | Live a year in six places.
Who Decides? | game | CC-BY-NC-4.0 | SS.06.CIV | games, law | Run three islands with three kinds of government.
Red Clay Routes | project | CC-BY-4.0 | SS.08.PLA | maps, trains | How land and trade shaped a state's towns.
From Bill to Law | video | CC-BY-4.0 | SS.07.CIV | law | A proposal and everyone who may change it.
Map My Way | lesson | CC-BY-4.0 | SS.KG.PLA | maps | Draw the way from home to school.
Primary or Secondary? | practice | CC0-1.0 | SS.04.INQ | detectives | Sort sources and say what each is good for.
A Budget of One's Own | project | CC-BY-4.0 | SS.12.PLA | money | Plan a year's money and defend the assumptions.
"""
RESOURCES = _read(_MATHEMATICS) + _read(_SCIENCE) + _read(_LANGUAGE_ARTS) + _read(_SOCIAL_STUDIES)
