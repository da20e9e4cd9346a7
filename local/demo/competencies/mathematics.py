"""What learners can do in mathematics."""

from local.demo.competencies import Strand, Subject

NUMBER = Strand(
    "NUM",
    "Number and quantity",
    (
        "Count a collection of up to 20 things and say which of two collections has more.",
        "Add and take away within 20 and explain with drawings how the answer was found.",
        "Use tens and ones to add and take away within 100 in more than one way.",
        "Multiply and divide within 100 and tell a story that fits the calculation.",
        "Multiply numbers of several digits and compare fractions of the same whole.",
        "Add and take away fractions with unlike denominators and calculate with decimals to hundredths.",
        "Divide by a fraction, and use ratios and unit rates to compare quantities.",
        "Calculate with positive and negative rational numbers and solve percent problems of several steps.",
        "Place irrational numbers between rational ones and calculate with powers and scientific notation.",
        "Choose units and accuracy for a quantity and defend the choice.",
        "Rewrite expressions with radicals and rational exponents and say why both forms are equal.",
        "Calculate with complex numbers and show them in the plane.",
        "Use vectors or matrices to model a quantity that has more than one part.",
    ),
)
ALGEBRA = Strand(
    "ALG",
    "Patterns and algebra",
    (
        "Copy and continue a pattern of shapes, sounds or movements.",
        "Find the missing number in an addition or subtraction sentence.",
        "Describe a growing pattern with a rule and say what comes fifth.",
        "Use a letter or a box for an unknown in a multiplication or division problem.",
        "Write the rule of a number pattern and predict a far term from it.",
        "Write and evaluate expressions with parentheses, and plot pairs of a rule on a grid.",
        "Write and solve equations of one step and graph inequalities on a number line.",
        "Solve equations of two steps and tell a proportional relationship from one that is not.",
        "Solve linear equations in one variable and pairs of linear equations, and explain what the solution means.",
        "Model a situation with a linear or exponential function and compare their growth.",
        "Solve quadratic equations by a method that suits them and sketch the parabola.",
        "Work with polynomial and rational functions and connect zeros, factors and graphs.",
        "Build a function for a situation, test it against data and state where it stops being true.",
    ),
)
GEOMETRY = Strand(
    "GEO",
    "Shape and space",
    (
        "Name flat and solid shapes in the room, whatever their size or position.",
        "Put shapes together to make new ones and split a circle or rectangle into equal shares.",
        "Measure lengths with a ruler and draw shapes that have given corners and sides.",
        "Find area by covering and by multiplying, and sort quadrilaterals by their properties.",
        "Measure angles, and find lines that are parallel, perpendicular or lines of symmetry.",
        "Find the volume of a box and arrange figures in a hierarchy of properties.",
        "Find areas of polygons by taking them apart and surface areas from nets.",
        "Use scale drawings, and relate the circumference and the area of a circle.",
        "Use the theorem of the right triangle and describe movements that keep figures congruent or similar.",
        "Prove statements about lines, angles and triangles.",
        "Use similarity and trigonometric ratios to find lengths that cannot be measured.",
        "Describe circles and other curves by equations and by properties.",
        "Model objects with solids and decide on a design by density, cost or strength.",
    ),
)
DATA = Strand(
    "DAT",
    "Data and chance",
    (
        "Sort things into groups and tell how many are in each.",
        "Ask a question of classmates and show the answers in a picture graph.",
        "Show measurements on a line plot and answer questions from it.",
        "Draw a bar graph whose scale is not one and compare its categories.",
        "Show fractions of a unit on a line plot and solve problems with it.",
        "Collect data twice and say how and why the two collections differ.",
        "Describe a distribution by centre, spread and shape.",
        "Compare two populations by random samples, and find probabilities of simple events.",
        "Judge from a scatter plot whether two quantities are related and draw a line that fits.",
        "Interpret two-way tables and say what association does not show.",
        "Use conditional probability to decide whether events are independent.",
        "Estimate a mean or a proportion from a sample and state how sure the estimate is.",
        "Design a study, carry it out and defend its conclusion against chance and bias.",
    ),
)
SKILLS = {
    ("05", "NUM"): (
        "Find a common denominator and rewrite both fractions with it.",
        "Estimate a sum of fractions before calculating it.",
        "Multiply and divide decimals and place the decimal point by reasoning.",
    ),
    ("06", "NUM"): (
        "Show with a drawing why dividing by one half doubles the number.",
        "Complete a table of equivalent ratios and plot it.",
        "Find the unit rate and use it to choose the better buy.",
    ),
    ("07", "NUM"): (
        "Add and take away negative numbers on a number line.",
        "Explain the sign of a product of negative numbers.",
        "Find the percent by which a quantity has changed.",
    ),
    ("05", "ALG"): (
        "Evaluate an expression with parentheses in the agreed order.",
        "Write an expression for a calculation told in words.",
        "Make two patterns from two rules and compare their terms.",
        "Plot ordered pairs in the first quadrant and read them back.",
    ),
    ("06", "ALG"): (
        "Say which numbers make an equation true by trying them.",
        "Solve an equation of the form x + p = q.",
        "Solve an equation of the form px = q.",
        "Write an inequality for a limit in the real world and graph it.",
    ),
    ("07", "ALG"): (
        "Gather like terms and multiply out a bracket.",
        "Solve an equation of the form px + q = r.",
        "Solve an inequality of two steps and check the solution.",
        "Find the constant of proportionality in a table, a graph or an equation.",
    ),
    ("08", "ALG"): (
        "Solve a linear equation with the unknown on both sides.",
        "Recognise linear equations with no solution and with endlessly many.",
        "Interpret slope and intercept of a line in its context.",
        "Solve a pair of linear equations by graph and by algebra.",
    ),
}
MATHEMATICS = Subject(
    "MA",
    "Mathematics",
    "Learners reason with quantities, patterns, shapes and data, and use them to understand a situation.",
    (NUMBER, ALGEBRA, GEOMETRY, DATA),
    SKILLS,
)
