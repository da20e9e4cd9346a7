"""What learners can do in English language arts."""

from local.demo.competencies import Strand, Subject

READING = Strand(
    "REA",
    "Reading literature and information",
    (
        "Retell a familiar story and point to the pictures and words that tell it.",
        "Ask and answer questions about the main idea and details of a short text.",
        "Tell how a character or a topic changes from the beginning of a text to its end.",
        "Use words of the text to support an answer about its message.",
        "Sum up a text and explain what it says outright and what it implies.",
        "Compare two texts on one theme and quote them accurately.",
        "Trace how a theme or a central idea grows through particular details.",
        "Weigh several pieces of evidence and choose the one that supports a claim best.",
        "Analyse how a dialogue, an event or a statistic moves a text forward.",
        "Analyse how an author's choice of structure affects the reader.",
        "Compare how two works of different times treat the same question.",
        "Read an argument closely and judge its reasons, assumptions and omissions.",
        "Bring several demanding sources together into an interpretation of one's own.",
    ),
)
FOUNDATIONS = Strand(
    "LAN",
    "Words and language",
    (
        "Hear, say and write the sounds of letters and read common short words.",
        "Read words of one syllable and sentences with a capital letter and a full stop.",
        "Read grade texts smoothly and work out new words from their parts.",
        "Use prefixes, suffixes and context to find the meaning of a word.",
        "Use commas, quotation marks and verb tenses correctly in own writing.",
        "Explain figures of speech and choose the exact word for a purpose.",
        "Keep pronouns clear and vary sentences for interest and style.",
        "Use phrases and clauses where they belong and recognise one that dangles.",
        "Choose between active and passive and between moods for an effect.",
        "Use parallel structure and the conventions of a style guide.",
        "Work out technical words from roots and verify them in a reference.",
        "Explain how usage differs by place, time and audience, and choose among forms.",
        "Write with a voice and a syntax that serve the purpose.",
    ),
)
WRITING = Strand(
    "WRI",
    "Writing",
    (
        "Draw, dictate and write to tell about an event or a favourite thing.",
        "Write a few sentences on one topic with a beginning and an end.",
        "Write a story or an explanation with several details in a sensible order.",
        "State an opinion and give reasons that are linked to it.",
        "Write paragraphs that each develop one point with facts or examples.",
        "Plan, draft and revise a text of several paragraphs for a known reader.",
        "Write an argument with a claim, relevant evidence and credited sources.",
        "Answer a counterclaim fairly within an argument.",
        "Write an explanation whose structure makes a complex matter clear.",
        "Research a question of one's own and narrow or widen it when needed.",
        "Revise an argument after critique and explain each change.",
        "Write for a public audience and measure whether the text reached it.",
        "Complete a long inquiry with a product that stands without its author.",
    ),
)
SPEAKING = Strand(
    "SPE",
    "Speaking and listening",
    (
        "Take turns in a conversation and ask when something is not clear.",
        "Describe people, places and things aloud in whole sentences.",
        "Retell what a speaker said and add an own experience.",
        "Come to a discussion prepared and build on what others say.",
        "Report on a topic at an understandable pace with fitting facts.",
        "Sum up a speaker's points and the reasons given for each.",
        "Lead a small discussion with agreed roles and questions.",
        "Present claims with pertinent descriptions and adapt the speech to the task.",
        "Judge the reasoning and the relevance of evidence in a talk.",
        "Move a discussion forward by connecting it with wider ideas.",
        "Combine sources in several media and note where they disagree.",
        "Debate a public question with courtesy and precision.",
        "Defend a finished piece of work before a panel.",
    ),
)
SKILLS = {
    ("06", "WRI"): (
        "Write a claim that can be argued about.",
        "Choose evidence that bears on the claim and name its source.",
        "Link reasons and evidence with words that show the relation.",
        "Close an argument with more than a repetition.",
    ),
}
LANGUAGE_ARTS = Subject(
    "LA",
    "English Language Arts",
    "Learners read, write, speak and listen to understand others and to be understood.",
    (READING, FOUNDATIONS, WRITING, SPEAKING),
    SKILLS,
)
