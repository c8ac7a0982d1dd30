"""The process that a company begins with: six steps, each named after what the customer has achieved.

It is a beginning to be made one's own, and holds to the rules of `linter`.
"""

from __future__ import annotations

from socialsales.process.inputs import StageDraft

DEFAULT_PROCESS = (
    StageDraft(
        name="Problem recognised",
        name_fr="Problème reconnu",
        customer_does="They name a problem that costs them, and show it where it happens, whether or not they meant to buy.",
        customer_does_fr="Il nomme un problème qui lui coûte et nous le montre là où il se pose, qu’il ait voulu acheter ou non.",
        exit_criteria=[
            "Somebody who lives with the problem has told us of the last time it happened",
            "We have seen it with our own eyes",
            "A person who holds a budget agrees to look into what it costs",
        ],
        exit_criteria_fr=[
            "Quelqu’un qui vit avec le problème nous a raconté la dernière fois qu’il s’est posé",
            "Nous l’avons vu de nos yeux",
            "Une personne qui tient un budget accepte d’en chercher le coût",
        ],
        standard_days=20,
        win_probability=10,
    ),
    StageDraft(
        name="Stakes measured",
        name_fr="Enjeu chiffré",
        customer_does="They put a figure on it, their own, and find out who else among them pays for it.",
        customer_does_fr="Il met un chiffre, le sien, et découvre qui d’autre chez lui en paie le prix.",
        exit_criteria=[
            "The cost is written by them, in a document of theirs",
            "Whoever answers for that figure has been met",
            "They have said what would have to be true for a change to be worth it",
        ],
        exit_criteria_fr=[
            "Le coût est écrit par le client, dans un document à lui",
            "La personne qui répond de ce chiffre a été rencontrée",
            "Il a dit ce qui devrait être vrai pour que changer en vaille la peine",
        ],
        standard_days=25,
        win_probability=25,
    ),
    StageDraft(
        name="Solution proven",
        name_fr="Solution éprouvée",
        customer_does="They try it on a case of theirs, and convince themselves in front of their own people.",
        customer_does_fr="Il essaie sur un cas à lui, et se convainc devant les siens.",
        exit_criteria=[
            "The trial runs on a case of theirs, chosen by them",
            "Their people use it without us",
            "The gain is recorded with their figures",
        ],
        exit_criteria_fr=[
            "L’essai porte sur un cas à eux, choisi par eux",
            "Leurs équipes s’en servent sans nous",
            "Le gain est constaté avec leurs chiffres",
        ],
        standard_days=15,
        win_probability=45,
    ),
    StageDraft(
        name="Case approved",
        name_fr="Dossier approuvé",
        customer_does="Those who decide weigh the project against the others that want the same money, and say yes to it.",
        customer_does_fr="Ceux qui décident pèsent le projet face aux autres qui veulent le même argent, et disent oui.",
        exit_criteria=[
            "The case is defended by one of theirs, with their figures",
            "Those who may say no have been heard",
            "The budget line and its year are named",
        ],
        exit_criteria_fr=[
            "Le dossier est défendu par l’un des leurs, avec leurs chiffres",
            "Ceux qui peuvent dire non ont été entendus",
            "La ligne de budget et son exercice sont nommés",
        ],
        standard_days=20,
        win_probability=65,
    ),
    StageDraft(
        name="Terms agreed",
        name_fr="Conditions réglées",
        customer_does="They settle with us the contract, the price, the first day of use and who answers for it, and sign.",
        customer_does_fr="Il règle avec nous le contrat, le prix, le premier jour d’usage et qui en répond, puis il signe.",
        exit_criteria=[
            "Each concession was exchanged for something written",
            "The first day of use stands in their calendar",
            "The person who answers for it on their side is named",
        ],
        exit_criteria_fr=[
            "Chaque concession a été échangée contre quelque chose d’écrit",
            "Le premier jour d’usage figure dans leur calendrier",
            "La personne qui en répond chez eux est nommée",
        ],
        standard_days=10,
        win_probability=85,
    ),
    StageDraft(
        name="Value confirmed",
        name_fr="Valeur confirmée",
        customer_does="They see the gain in their own work, and say so, to those who decided and to others.",
        customer_does_fr="Il constate le gain dans son propre travail, et le dit, à ceux qui ont décidé et à d’autres.",
        exit_criteria=[
            "The gain has been recorded and costed by the customer",
            "They use it for a month without our help",
            "They have told somebody outside of it",
        ],
        exit_criteria_fr=[
            "Le gain a été consigné et chiffré par le client",
            "Il s’en sert un mois durant sans notre aide",
            "Il l’a raconté à quelqu’un de l’extérieur",
        ],
        standard_days=90,
        win_probability=100,
    ),
)  # fmt: skip
