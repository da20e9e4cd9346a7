"""What learners can do in science."""

from local.demo.competencies import Strand, Subject

INVESTIGATION = Strand(
    "INV",
    "Investigation and design",
    (
        "Use the senses and simple tools to observe, and tell what was noticed.",
        "Plan with others a simple test of a question and record what happens.",
        "Change one thing at a time in a test and say why that is fair.",
        "Measure with metric units and present the measurements in a table.",
        "Use repeated trials and decide what to do with a result that stands out.",
        "Write a procedure that somebody else can follow, and improve it after a trial.",
        "Follow and explain a laboratory procedure, and identify variables and controls.",
        "Develop a model of a process and revise it when evidence disagrees.",
        "Design a solution within limits of material, time and cost, and test it.",
        "Choose instruments and sample sizes that suit a question and justify them.",
        "Analyse data with a suitable function and discuss the error.",
        "Evaluate the design of a published study and propose a better one.",
        "Carry an investigation from a question to a reviewed report.",
    ),
)
PHYSICAL = Strand(
    "PHY",
    "Matter, forces and energy",
    (
        "Describe how pushes and pulls change the motion of things.",
        "Show that sound comes from vibration and that light lets us see.",
        "Sort materials by properties and choose one that suits a use.",
        "Predict a motion from a pattern and show forces that act without touching.",
        "Trace how energy moves from place to place by sound, light, heat and current.",
        "Show that matter is made of particles and that its weight is conserved in a change.",
        "Explain states of matter and heating by the motion of particles.",
        "Explain how forces and mass determine a change of motion.",
        "Describe waves and use them to explain how information is sent.",
        "Use the laws of motion to predict and to design a safer collision.",
        "Explain chemical reactions by the rearrangement of atoms and conserve mass in equations.",
        "Compare fields and describe the energy stored in them.",
        "Evaluate an energy technology by efficiency, cost and consequences.",
    ),
)
LIVING_EARTH = Strand(
    "LIF",
    "Living things and Earth",
    (
        "Tell what plants and animals need to live and how weather changes.",
        "Compare young and grown living things and follow patterns of the sun and moon.",
        "Show how plants and animals depend on one another and how water shapes land.",
        "Describe life cycles and traits, and typical weather of a region.",
        "Explain how structures of plants and animals serve them, and read layers of rock.",
        "Follow matter and energy through an ecosystem and describe the movement of water.",
        "Explain the seasons, and describe Earth's layers and the rocks they make.",
        "Describe cells and body systems and how they work together.",
        "Use maps of plates, fossils and rock to reconstruct change of the Earth.",
        "Explain how cells obtain energy and make copies of themselves.",
        "Use evidence of heredity and variation to explain how populations change.",
        "Model cycles of carbon and water, and human effects on them.",
        "Weigh options for a local environmental problem with evidence and values kept apart.",
    ),
)
SKILLS = {
    ("05", "INV"): (
        "Write the steps of a procedure in order with amounts and times.",
        "Name the variable that is changed and the one that is measured.",
        "Draw a labelled picture of an experimental set-up.",
        "Suggest one change that would make a procedure more reliable.",
    ),
    ("06", "INV"): (
        "Prepare for a lab by naming its question, materials and safety rules.",
        "Put the steps of a lab procedure in order and say what each is for.",
        "Identify the independent, the dependent and the controlled variables of a lab.",
        "Record observations of a lab so that a partner can repeat them.",
    ),
}
SCIENCE = Subject(
    "SC",
    "Science",
    "Learners investigate the natural and the designed world and explain it by evidence.",
    (INVESTIGATION, PHYSICAL, LIVING_EARTH),
    SKILLS,
)
