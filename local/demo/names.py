"""Names for people and schools: common ones, combined by chance, so that nobody in particular is meant."""

from itertools import product

_GIVEN = """
    Aaliyah Abel Adaeze Adrian Aiden Aisha Alejandra Alina Amara Amir Ana Andre Anika Anthony Arjun Asha Ava Beatriz
    Benjamin Brianna Caleb Camila Carlos Carmen Cedric Chidi Chloe Daniel Darius Deja Devin Diego Dina Ebony Elena Eli
    Emeka Emma Esperanza Ethan Eva Farah Felix Fernanda Gabriel Grace Hana Haruto Hassan Hugo Ibrahim Imani Ines Isaac
    Isabella Jada Jamal James Jasmine Javier Jia Joaquin Jonah Jordan Josiah Julia Kaito Kayla Keisha Kenji Khalil Kiara
    Kofi Lakshmi Laila Leah Leo Liam Linh Lucia Luis Maya Malik Mara Marcus Maria Mateo Mei Micah Min Mina Miriam Monique
    Nadia Naomi Nia Nikhil Noah Nora Obinna Olivia Omar Oscar Paloma Parker Pilar Priya Quentin Quinn Rafael Rania Ravi
    Reggie Rohan Rosa Ruby Sadie Samir Santiago Sara Savannah Selena Simone Sofia Soren Tamika Tara Terrence Thea Thiago
    Thu Trinity Tyler Uma Valeria Victor Vikram Wei Will Ximena Yara Yuna Yusuf Zahra Zara Zion Zoe
    """
GIVEN = tuple(_GIVEN.split())
_FAMILY = """
    Abara Acosta Adeyemi Aguilar Ahmed Alford Ali Alvarez Anand Anders Arroyo Ashby Bailey Baker Banks Barnes Begum Bell
    Beltran Bennett Bhatt Blackwell Boateng Bowen Boyd Brooks Bui Burke Calloway Campos Carver Castillo Chang Chavez Chen
    Cho Choi Clay Coleman Cortez Cruz Dang Darby Das Dawson Delgado Desai Diallo Diaz Dixon Do Drake Duarte Edwards Ekwueme
    Ellis Escobar Eze Farrow Figueroa Fields Flores Foster Franco Gaines Garcia Garner Gomez Goode Greer Guerra Gupta
    Hale Haddad Hamid Harmon Hayes Hernandez Herrera Hoang Holloway Hong Hosseini Hughes Huynh Ingram Iyer Jacobs Jain
    Jensen Jimenez Joshi Kamara Kapoor Karim Kaur Keller Khan Kim Knox Kumar Lam Langley Lara Le Lee Leone Lin Lopez Lowe
    Luna Mack Malone Mbeki McCray Medina Mehta Mendez Mensah Miles Mitchell Molina Moon Morales Moss Munoz Nair Navarro
    Nelson Ngo Nguyen Nolan Nwosu Ochoa Odom Okafor Okoye Oliver Ortiz Osei Owens Pace Padilla Park Patel Paz Pena Pham
    Phan Pierce Pope Porter Prasad Quick Quintero Rahman Ramos Rao Reddy Reeves Rios Rivera Robles Rojas Romero Ruiz Saleh
    Salinas Santos Sato Shah Sharma Shin Silva Singh Sloan Solis Song Soto Sow Stokes Sutton Tate Thakur Thorne Torres
    Tran Tucker Uddin Vance Vargas Vega Verma Vo Walton Ware Watts Webb Whitaker Wong Xu Yang Yates Yoon Zamora Zhang
    """
FAMILY = tuple(_FAMILY.split())

_FIRST = """
    Amberly Birchmere Cinderbrook Dovetail Elmhollow Fernwick Goldleaf Hazelmoor Ironbell Juniper Larkmead
    Maplewind Nettlebrook Ottermill Pinecrossing Quillstone Rookfield Saltmarsh Thistledown Umberton
"""
_SECOND = ("Creek", "Ridge", "Crossing", "Hill", "Grove")
_LEVEL = {"elementary": "Elementary School", "middle": "Middle School", "high": "High School"}


def school_names(start: int, levels: list[str]) -> list[str]:
    """A different name for each level, in the same order; two districts that start apart share few names."""
    pairs = [f"{first} {second}" for second, first in product(_SECOND, _FIRST.split())]
    return [f"{pairs[(start + n) % len(pairs)]} {_LEVEL[level]}" for n, level in enumerate(levels)]
