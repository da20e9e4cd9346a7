"""What learners can do in social studies."""

from local.demo.competencies import Strand, Subject

INQUIRY = Strand(
    "INQ",
    "Inquiry and sources",
    (
        "Ask who, what and where about a picture of the past.",
        "Tell apart something that happened long ago from something of today.",
        "Put events of a life on a timeline and ask a question about them.",
        "Use a map, a photograph and a text to answer one question.",
        "Tell a primary source from a secondary one and say what each is good for.",
        "Compare two accounts of an event and explain why they differ.",
        "Design a group inquiry with a question, a plan of work and fitting sources.",
        "Judge where a source comes from, whom it addresses and what it wants.",
        "Support a claim about the past with several sources that agree and one that does not.",
        "Place a source in its time and say what it leaves out.",
        "Use numbers critically to support or contest a historical claim.",
        "Compare how historians explain the same event.",
        "Produce an inquiry into a local question for a public audience.",
    ),
)
PLACES = Strand(
    "PLA",
    "Places, people and resources",
    (
        "Find own school and home on a simple map and describe the way.",
        "Tell how people in different places meet the same needs.",
        "Use a map key and cardinal directions, and tell wants from needs.",
        "Describe regions of the state and how people use their resources.",
        "Explain how land and water shaped where people settled.",
        "Show how trade and movement connected regions of the nation.",
        "Compare how climate and resources shape life on several continents.",
        "Explain how scarcity forces choices and how trade can help both sides.",
        "Analyse how geography and economy shaped the state's growth.",
        "Interpret maps and data of migration and settlement.",
        "Explain how markets, governments and households react to a change of prices.",
        "Analyse a global connection by who gains and who bears its cost.",
        "Make a personal financial plan and defend its assumptions.",
    ),
)
CIVICS = Strand(
    "CIV",
    "Community and government",
    (
        "Explain a rule of the classroom and why it is fair.",
        "Name helpers of the community and what they are responsible for.",
        "Describe how a group makes a decision and how one can disagree politely.",
        "Describe what local government does and how residents can take part.",
        "Explain the branches of government and why power is shared among them.",
        "Explain rights and duties of citizens with an example of each.",
        "Compare forms of government by who decides and who can object.",
        "Explain how a law comes about and who can influence it.",
        "Describe how state government works and follow a question through it.",
        "Explain how courts weigh rights against one another.",
        "Analyse how a movement changed a law or a custom.",
        "Evaluate a public policy by its aims, effects and fairness.",
        "Take an informed civic action and reflect on its result.",
    ),
)
SKILLS = {
    ("06", "INQ"): (
        "Turn a topic into a question that cannot be answered with yes or no.",
        "Share out the work of an inquiry and keep to the plan.",
        "Find two sources that disagree and note on what.",
    ),
}
SOCIAL_STUDIES = Subject(
    "SS",
    "Social Studies",
    "Learners inquire into people, places, resources and power, past and present.",
    (INQUIRY, PLACES, CIVICS),
    SKILLS,
)
