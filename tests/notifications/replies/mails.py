"""Mails as people's programs write them: what comes, and what of it they wrote."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A text that comes, and what is to be left of it."""

    name: str
    comes: str
    left: str
    sender: str = "Chloé Marchetti"


SAID = "Nous tenons le prix, avec deux ans de service."
QUOTE = (
    "> Comment répondre à leur prix ?\n> \n> -- \n> Couper ce fil : https://talk.example.com/threads/7/why\n"
)
OURS = "Comment répondre à leur prix ?\n\n-- \nCouper ce fil : https://talk.example.com/threads/7/why\n"
SIGNED = "\n\n-- \nChloé Marchetti\nDirectrice commerciale\n+33 6 12 34 56 78\n"


def _above(name: str, attribution: str, quoted: str = QUOTE) -> Case:
    return Case(name, f"{SAID}\n\n{attribution}\n{quoted}", SAID)


ATTRIBUTED = (
    _above("gmail", "Le lun. 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a écrit :\n"),
    _above("gmail, wrapped", "Le lun. 3 nov. 2026 à 14:02, Ana Ruiz via SocialSales <\ntalk@example.com> a écrit :\n"),
    _above("gmail, wrapped elsewhere", "Le lun. 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a\nécrit :\n"),
    _above("gmail, with no-break spaces", "Le lun. 3 nov. 2026 à 14:02, Ana\u00a0Ruiz <talk@example.com> a écrit\u202f:\n"),
    _above("gmail, without marks", "Le lun. 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a écrit :\n", OURS),
    _above("gmail of old", "2026-11-03 14:02 GMT+01:00 Ana Ruiz <talk@example.com>:\n"),
    _above("thunderbird", "Le 03/11/2026 à 14:02, Ana Ruiz a écrit :"),
    _above("apple mail", "Le 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a écrit :\n\n"),
    _above("iphone", "Envoyé de mon iPhone\n\n> Le 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a écrit :\n> "),
    _above("iphone, attribution outside", "Envoyé de mon iPhone\n\nLe 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a écrit :\n"),
    _above("yahoo", "Le lundi 3 novembre 2026 à 14:02:11 UTC+1, Ana Ruiz <talk@example.com> a écrit : \n\n\n", OURS),
    _above("orange", "> Message du 03/11/26 14:02\n> De : \"Ana Ruiz\" <talk@example.com>\n> A : chloe@example.com\n> Objet : Prix\n>"),
    _above("k-9", "Le 3 novembre 2026 14:02:11 GMT+01:00, Ana Ruiz <talk@example.com> a écrit :"),
    _above("somebody unsigned", "Le lun. 3 nov. 2026 à 14:02, Un collègue, sans signature <talk@example.com> a écrit :\n"),
    _above("name and address first", "Ana Ruiz <talk@example.com> a écrit le 3 nov. 2026 :\n"),
    _above("english gmail", "On Mon, Nov 3, 2026 at 2:02 PM Ana Ruiz <talk@example.com> wrote:\n"),
    _above("english apple mail", "> On 3 Nov 2026, at 14:02, Ana Ruiz <talk@example.com> wrote:\n> "),
    _above("english, three lines", "On Mon, Nov 3, 2026 at 2:02 PM\nAna Ruiz via SocialSales\n<talk@example.com> wrote:\n"),
    _above("roundcube", "Le 2026-11-03 14:02, Ana Ruiz a écrit :"),
    _above("proton", "Le lundi 3 novembre 2026 à 14:02, Ana Ruiz <talk@example.com> a écrit :\n\n"),
    _above("proton of old", "------- Original Message -------\nOn Monday, November 3rd, 2026 at 2:02 PM, Ana Ruiz <talk@example.com> wrote:\n"),
    _above("gmail with a comma", "Le lun. 3 nov. 2026, 14:02, Ana Ruiz <talk@example.com> a écrit :\n"),
    _above("a mark that takes no room", "Le 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a écrit :\n\n\ufeff"),
    _above("german", "Am 03.11.2026 um 14:02 schrieb Ana Ruiz:"),
    _above("polish", "W dniu 3 listopada 2026 14:02 użytkownik Ana Ruiz <talk@example.com>\nnapisał:\n", OURS),
    _above("norwegian", "På 3. november 2026 på 14:02, Ana Ruiz (talk@example.com) skrev:\n", OURS),
    _above("chinese", "Ana Ruiz <talk@example.com> 于2026年11月3日周一 14:02写道\uff1a\n"),
    _above("gmail of old, without its colon", "2026/11/3 Ana Ruiz via SocialSales <talk@example.com>\n"),
    _above("yahoo of old", "--- On Mon, 3/11/26, 14:02, Ana Ruiz <talk@example.com> wrote:\n\nFrom: Ana Ruiz <talk@example.com>\n"
           "Subject: Prix\nDate: Monday, 3 November, 2026, 14:02\n", OURS),
    Case("on the line of what was written", f"{SAID} Le lun. 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a écrit :\n{QUOTE}", SAID),
    Case("below something cited", f"{SAID}\n\n> trop cher\n> trop lent\n\nLe lun. 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a "
         f"écrit :\n{QUOTE}", f"{SAID}\n\n> trop cher\n> trop lent"),
    _above("right below what was written", "").__class__(
        "right below what was written",
        f"{SAID}\nLe lun. 3 nov. 2026 à 14:02, Ana Ruiz <talk@example.com> a écrit :\n{QUOTE}", SAID,
    ),
    Case("nothing between", f"{SAID}\n{QUOTE}", SAID),
    Case("quotation alone", QUOTE, ""),
)  # fmt: skip

HEADERS = (
    _above("outlook", "De : Ana Ruiz <talk@example.com>\nEnvoyé : lundi 3 novembre 2026 14:02\n"
           "À : Chloé Marchetti <chloe@example.com>\nObjet : Prix\n", OURS),
    _above("outlook on the web", "________________________________\nDe : Ana Ruiz <talk@example.com>\n"
           "Envoyé : lundi 3 novembre 2026 14:02\nÀ : Chloé Marchetti\nObjet : Prix\n", OURS),
    _above("outlook, stars", "*De :* Ana Ruiz <talk@example.com>\n*Envoyé :* lundi 3 novembre 2026 14:02\n"
           "*À :* Chloé Marchetti\n*Objet :* Prix\n", OURS),
    _above("outlook, bold with its colon", "**De :** Ana Ruiz <talk@example.com>\n**Envoyé :** lundi 3 novembre 2026 14:02\n"
           "**À :** Chloé Marchetti\n**Objet :** Prix\n", OURS),
    _above("outlook, without addresses", "De : Ana Ruiz\nEnvoyé : lundi 3 novembre 2026 14:02\nÀ : Chloé Marchetti\n"
           "Cc : Ben Okafor ; Dora Lindqvist ;\nEmil Novak\nObjet : Prix\n", OURS),
    _above("outlook, blank lines between", "De : Ana Ruiz <talk@example.com>\n\nEnvoyé : lundi 3 novembre 2026 14:02\n\n"
           "À : Chloé Marchetti\n\nObjet : Prix\n", OURS),
    _above("outlook for mac", "De : Ana Ruiz <talk@example.com>\nDate : lundi, 3 novembre 2026 à 14:02\n"
           "À : Chloé Marchetti <chloe@example.com>\nObjet : Prix\n", OURS),
    _above("outlook for telephones", "Télécharger Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\n"
           "De : Ana Ruiz <talk@example.com>\nEnvoyé : Monday, November 3, 2026 2:02:11 PM\n"
           "À : Chloé Marchetti <chloe@example.com>\nObjet : Prix\n", OURS),
    _above("message d'origine", "-----Message d'origine-----\nDe : Ana Ruiz [mailto:talk@example.com]\n"
           "Envoyé : lundi 3 novembre 2026 14:02\nÀ : Chloé Marchetti\nObjet : Prix\n", OURS),
    _above("message d’origine, typeset", "-----Message d’origine-----\nDe : Ana Ruiz\n", OURS),
    _above("mail original", "----- Mail original -----\nDe: \"Ana Ruiz\" <talk@example.com>\nÀ: \"Chloé Marchetti\" <chloe@example.com>\n"
           "Envoyé: Lundi 3 Novembre 2026 14:02:11\nObjet: Prix\n", OURS),
    _above("samsung", "Envoyé depuis mon smartphone Samsung Galaxy.\n\n-------- Message d'origine --------\n"
           "De : Ana Ruiz <talk@example.com> \nDate : 03/11/2026  14:02  (GMT+01:00) \nÀ : chloe@example.com \nObjet : Prix \n", OURS),
    _above("english outlook", "From: Ana Ruiz <talk@example.com>\nSent: Monday, November 3, 2026 2:02 PM\nTo: Chloé Marchetti\n"
           "Subject: Prix\n", OURS),
    _above("english samsung", "Sent from my Galaxy\n\n-------- Original message --------\nFrom: Ana Ruiz <talk@example.com>\n"
           "Date: 03/11/2026 14:02 (GMT+01:00)\nTo: chloe@example.com\nSubject: Prix\n", OURS),
    _above("lotus notes", "De :        Ana Ruiz/Kestrel\nA :        Chloé Marchetti/Kestrel\nDate :        03/11/2026 14:02\nObjet :        Prix", OURS),
    _above("hotmail of old", "Date: Mon, 3 Nov 2026 14:02:00 +0100\nFrom: talk@example.com\nTo: chloe@example.com\nSubject: Prix\n", OURS),
    _above("sfr", "========================================\nMessage du 03/11/26 à 14:02\nDe : \"Ana Ruiz\" <talk@example.com>\nA : chloe@example.com"
           "\nCopie à :\nObjet : Prix\n========================================\n", OURS),
    _above("spanish outlook", "De: Ana Ruiz <talk@example.com>\nEnviado el: lunes, 3 de noviembre de 2026 14:02\nPara: chloe@example.com\nAsunto: Prix\n", OURS),
    _above("dutch outlook", "Van: Ana Ruiz <talk@example.com>\nVerzonden: maandag 3 november 2026 14:02\nAan: chloe@example.com\nOnderwerp: Prix\n", OURS),
    _above("swedish outlook", "Från: Ana Ruiz <talk@example.com>\nSkickat: den 3 november 2026 14:02\nTill: chloe@example.com\nÄmne: Prix\n", OURS),
    _above("danish outlook", "Fra: Ana Ruiz <talk@example.com>\nSendt: 3. november 2026 14:02\nTil: chloe@example.com\nEmne: Prix\n", OURS),
    _above("italian original", "-----Messaggio originale-----\nDa: Ana Ruiz\n", OURS),
    _above("aol", "-----Original Message-----\nFrom: Ana Ruiz <talk@example.com>\nTo: chloe@example.com\n"
           "Sent: Mon, Nov 3, 2026 2:02 pm\nSubject: Prix\n", OURS),
)  # fmt: skip


def _signed(name: str, signature: str, sender: str = "Chloé Marchetti") -> Case:
    return Case(name, f"{SAID}\n\n{signature}", SAID, sender)


SIGNATURES = (
    _signed("delimiter", "-- \nChloé Marchetti\nDirectrice commerciale\n+33 6 12 34 56 78"),
    _signed("delimiter without its blank", "--\nChloé Marchetti"),
    _signed("delimiter and a quotation", f"-- \nChloé Marchetti\n\nLe 03/11/2026 à 14:02, Ana Ruiz a écrit :\n{QUOTE}"),
    Case("a quotation and a signature below", f"{SAID}\n\nLe 03/11/2026 à 14:02, Ana Ruiz a écrit :\n{QUOTE}{SIGNED}", SAID),
    _signed("cordialement", "Cordialement,\nChloé Marchetti\nDirectrice commerciale\n+33 6 12 34 56 78\nwww.example.com"),
    _signed("bien cordialement, apart", "Bien cordialement,\n\nChloé MARCHETTI\n\nDirectrice commerciale | Kestrel SAS\n\n12 rue de la Paix, 75002 Paris"),
    _signed("cordialement alone", "Cordialement"),
    _signed("cdlt", "Cdlt\nChloé"),
    _signed("bonne journée", "Bonne journée,\nChloé"),
    _signed("à bientôt", "À bientôt !\nChloé"),
    _signed("merci and a name", "Merci,\nChloé"),
    _signed("regards", "Best regards,\nChloé Marchetti\nHead of Sales"),
    _signed("thanks and a name", "Thanks,\nChloé"),
    _signed("first name", "Chloé"),
    _signed("name in capitals", "CHLOE MARCHETTI\nDirectrice commerciale\nT. +33 1 23 45 67 89"),
    _signed("last name first", "Marchetti Chloé\nDirectrice commerciale"),
    _signed("the program's last name first", "Chloé", "Marchetti, Chloé"),
    _signed("the address alone is known", "Chloé", "chloe@example.com"),
    _signed("a dash and the name", "- Chloé"),
    _signed("iphone", "Envoyé de mon iPhone"),
    _signed("iphone, in bold", "**Envoyé de mon iPhone**"),
    _signed("mobile", "Envoyé depuis mon mobile"),
    _signed("mobile of orange", "Envoyé depuis mon mobile Orange"),
    _signed("samsung", "Envoyé depuis mon appareil Galaxy"),
    _signed("yahoo", "Envoyé depuis Yahoo Mail pour Android"),
    _signed("yahoo, older", "Yahoo Mail : Recherchez, organisez et maîtrisez votre boîte de réception"),
    _signed("outlook", "Envoyé à partir d’Outlook pour Android"),
    _signed("outlook's offer", "Obtenir Outlook pour iOS"),
    _signed("windows", "Envoyé à partir de Courrier pour Windows 10"),
    _signed("windows, newer", "Provenance : Courrier pour Windows"),
    _signed("proton", "Envoyé avec la messagerie sécurisée Proton Mail."),
    _signed("proton in english", "Sent with Proton Mail secure email."),
    _signed("an app's", "Envoyé depuis l'application Mail Orange"),
    _signed("blackberry", "Sent from my BlackBerry® wireless device"),
    _signed("name and telephone's line", "Chloé\n\nEnvoyé de mon iPhone"),
    _signed("confidential", "Cordialement,\nChloé Marchetti\n\nCe message et toutes les pièces jointes sont confidentiels et établis à "
            "l'intention exclusive de leurs destinataires. Toute utilisation non conforme à sa destination est interdite."),
    _signed("confidential in english", "This email and any attachments are confidential and intended solely for the addressee."),
    _signed("environment", "-- \nChloé\n\nPensez à l'environnement avant d'imprimer ce message."),
    _signed("a name with what she does", "Chloé Marchetti | Directrice commerciale"),
    _signed("two languages", "Bien cordialement / Best regards,\nChloé Marchetti"),
    _signed("to all", "Très bonne journée à tous,\nChloé"),
    _signed("two wishes", "Merci et bonne journée,\nChloé"),
    _signed("thanks on one line", "Merci, Chloé"),
    _signed("farewell on one line", "Cordialement, Chloé Marchetti"),
    _signed("links", "Cordialement,\nChloé Marchetti\n[cid:image001.png@01DB2A5C.12345670]<https://www.example.com/a/very/long/address/"
            "that/goes/on/and/on?with=words&and=more>\nDirectrice commerciale | Kestrel SAS | 12 rue de la Paix, 75002 Paris | +33 1 23 45 67 89"),
    _signed("a list's own words", "-- \nVous recevez ce message, car vous êtes abonné au groupe « Ventes » de Google Groupes.\nPour vous "
            "désabonner, envoyez un e-mail à ventes+unsubscribe@example.com."),
    _signed("a telephone that excuses itself", "Sent from my mobile. Please excuse brevity and typos."),
    _signed("a telephone that excuses itself in french", "Envoyé de mon iPhone, désolé pour les fautes"),
    _signed("an afternoon", "Bon après-midi,\nChloé"),
    _signed("the end of an afternoon", "Belle fin d’après-midi,\nChloé"),
    _signed("short", "BàT,\nChloé"),
    _signed("as letters end", "Veuillez agréer, Madame, l’expression de mes salutations distinguées.\n\nChloé Marchetti"),
    _signed("a rule and the name", "---\nChloé Marchetti\nDirectrice commerciale"),
    _signed("a picture and the name", "[cid:logo@x]\n**Chloé Marchetti**\nDirectrice commerciale\n+33 6 12 34 56 78"),
    _signed("confidential, below a rule", "Cordialement,\nChloé\n\n---\nCe courriel et ses pièces jointes peuvent contenir des informations "
            "confidentielles et ne doivent pas être diffusés."),
    _signed("confidential, another way", "Le contenu de ce courriel est confidentiel et destiné exclusivement à son destinataire."),
    _signed("a telephone of another make", "Envoyé de mon Fairphone"),
    _signed("by a telephone", "Message envoyé depuis mon smartphone"),
    _signed("via a telephone", "Envoyé via mon mobile"),
    _signed("two makes", "Sent from my Verizon, Samsung Galaxy smartphone"),
    _signed("in german", "Von meinem iPhone gesendet"),
    _signed("asked to be excused", "Envoyé de mon iPhone, veuillez m’excuser pour les fautes."),
    _signed("viruses", "Garanti sans virus. www.avast.com"),
)  # fmt: skip


def _whole(name: str, text: str, sender: str = "Chloé Marchetti") -> Case:
    return Case(name, text, text, sender)


KEPT = (
    _whole("a letter told of", "Le client nous a écrit :\n\n« Votre prix est trop haut. »\n\nQue répondre ?"),
    _whole("a dated letter told of", "Le 3 novembre 2026 à 14:02 le client nous a écrit :\n\nVotre prix est trop haut."),
    _whole("what one wrote", "Le 3 novembre, Pierre a écrit :\nnon."),
    _whole("a journey", "Pour le voyage :\n\nDe : Lyon\nÀ : Paris\nDate : mardi\nObjet : la démonstration"),
    _whole("on it", "On their side they wrote:\n\nno budget this year"),
    _whole("thanks", "Merci !"),
    _whole("thanks and a name, all there is", "Merci,\nChloé"),
    _whole("a name, all there is", "Chloé"),
    _whole("thanks at the end", "C’est noté.\n\nMerci beaucoup pour ton aide !"),
    _whole("sent by mail", "Et le devis ?\n\nEnvoyé par mail hier."),
    _whole("sent by mail, short", "Et le devis ?\n\nEnvoyé par mail"),
    _whole("sent on monday", "Sent with the contract on Monday"),
    _whole("somebody to call", "Appelez-la de ma part :\n\nMarie Durand\nDirectrice des achats\n+33 6 98 76 54 32\nmarie@kestrel.example"),
    _whole("somebody to call, with thanks", "Il faut voir avec elle.\n\nMarie Durand, +33 6 98 76 54 32"),
    _whole("two hyphens within", "Le prix -- le vrai -- est ailleurs."),
    _whole("two parts", "D’abord le prix, qui est trop haut pour eux.\n\n--\n\n" + "\n".join(f"Point {n}." for n in range(1, 16))),
    _whole("a list", "Il reste :\n\n- le prix\n- Le service\n- Lyon"),
    _whole("a postscript", "Voici.\n\nCordialement,\nChloé\n\nPS : le contrat part demain, il faudra le relire avant midi."),
    _whole("names of people", "À voir avec :\n\nBen Okafor\nDora Lindqvist"),
    _whole("a forwarded mail", "Lisez ceci :\n\n---------- Forwarded message ---------\nDe : Pierre Martin <pierre@kestrel.example>\n"
           "Le budget est gelé."),
    _whole("a message passed on", "Pour info :\n\n-------- Message transféré --------\nSujet : Budget\nPierre dit non."),
    _whole("a forwarded mail with its headers", "Lisez ceci :\n\n---------- Forwarded message ---------\nDe : Pierre Martin <pierre@kestrel.example>"
           "\nDate: lun. 2 nov. 2026 à 09:12\nSubject: Budget\nTo: <chloe@example.com>\n\nLe budget est gelé."),
    _whole("a message passed on by a mac", "Pour info.\n\nDébut du message réexpédié :\n\nDe: Pierre Martin <pierre@kestrel.example>\nObjet: "
           "Budget\nDate: 2 novembre 2026 à 09:12:00 UTC+1\nÀ: Chloé <chloe@example.com>\n\nPierre dit non."),
    _whole("towns, one of them like a name", "Où est le client ?\n\nParis, Lyon", "Pierre Paris"),
    _whole("a town like a name", "Où est le client ?\n\nParis", "Pierre Paris"),
    _whole("who takes it", "Qui prend ce compte ?\nChloé"),
    _whole("a short postscript", "Voici.\n\nCordialement,\nChloé\nPS le contrat part demain"),
    _whole("a wish that tells", "Bonne semaine\nLe prix est de 12 000"),
    _whole("an item", "À voir :\n\n- Lyon"),
    _whole("a message to somebody", "Voici ce qu'il faut leur dire.\n\nCe message est destiné à leur directeur."),
    _whole("one word", "Oui"),
    _whole("a sign", "👍"),
    _whole("thanks to somebody", "C'est fait.\n\nMerci, Ben"),
    _whole("below two hyphens", "Voici.\n\n--\nSinon, le prix est bien trop haut pour eux."),
    _whole("greater than", "Il faut que la marge soit\n> 30 %"),
    _whole("prices", "Notre prix : 12 400 €.\nLe leur : 9 800 €."),
    _whole("bonne journée within", "Bonne journée pour nous : ils ont signé."),
    _whole("those who come, oneself first", "Participants :\n\nChloé Marchetti\nBen Okafor"),
    _whole("what a customer says", "Le client dit :\n\n> trop cher\n> trop lent"),
    _whole("a sentence and what somebody wrote", "Rien de neuf. Le 3 novembre 2026 à 14:02, pierre@kestrel.example a écrit :\n\n« non »"),
    _whole("sent from somewhere", "Et le devis ?\n\nEnvoyé de mon bureau hier"),
    _whole("a town after a dash", "Prévoir :\n\n-Lyon"),
    _whole("what is asked for", "Lui dire :\n\nVeuillez agréer notre offre"),
    _whole("a rule", "Avant.\n\n---\n\nAprès."),
)  # fmt: skip

BETWEEN = (
    Case("answers between", "Le 03/11/2026 à 14:02, Ana Ruiz a écrit :\n> Et le prix ?\nNous le tenons.\n> Et le service ?\nDeux ans."
         f"{SIGNED}", "Le 03/11/2026 à 14:02, Ana Ruiz a écrit :\n> Et le prix ?\n\nNous le tenons.\n> Et le service ?\n\nDeux ans."),
    Case("a greeting, then answers", "Bonjour,\n\n> Et le prix ?\n\nNous le tenons.\n\n>> Et le service ?\nDeux ans.\n\nChloé",
         "Bonjour,\n\n> Et le prix ?\n\nNous le tenons.\n\n> > Et le service ?\n\nDeux ans."),
    Case("one answer between, the rest below", "Le 03/11/2026 à 14:02, Ana Ruiz a écrit :\n> Et le prix ?\n\nNous le tenons.\n\n"
         f"{QUOTE}", "Nous le tenons."),
    Case("answered below", f"Le 03/11/2026 à 14:02, Ana Ruiz a écrit :\n{QUOTE}\n{SAID}{SIGNED}", SAID),
    Case("answered below, in two parts", f"Le 03/11/2026 à 14:02, Ana Ruiz a écrit :\n{QUOTE}\nOui.\n\n{SAID}", f"Oui.\n\n{SAID}"),
    Case("answers in red", "Mes réponses en rouge ci-dessous.\n\nDe : Ana Ruiz\nEnvoyé : lundi 3 novembre 2026 14:02\nÀ : Chloé\nObjet : Prix"
         "\n\nEt le prix ?\nNous le tenons.", "Mes réponses en rouge ci-dessous.\n\n> De : Ana Ruiz\n> Envoyé : lundi 3 novembre 2026 14:02\n"
         "> À : Chloé\n> Objet : Prix\n>\n> Et le prix ?\n> Nous le tenons."),
    Case("answers in red between marks", "Voir mes commentaires en rouge.\n\nLe 03/11/2026 à 14:02, Ana Ruiz a écrit :\n> Et le prix ?\n> Tenu.",
         "Voir mes commentaires en rouge.\n\nLe 03/11/2026 à 14:02, Ana Ruiz a écrit :\n> Et le prix ?\n> Tenu."),
    Case("answered below headers and marks", "Bonjour,\n\n-----Message d'origine-----\nDe : Ana Ruiz <talk@example.com>\nEnvoyé : lundi 3 novembre "
         "2026 14:02\nObjet : Prix\n\n> Et le prix ?\n> Tenu ?\n\nNous le tenons.", "Bonjour,\n\n-----Message d'origine-----\nDe : Ana Ruiz <talk@example"
         ".com>\nEnvoyé : lundi 3 novembre 2026 14:02\nObjet : Prix\n\n> Et le prix ?\n> Tenu ?\n\nNous le tenons."),
    Case("only below headers", "De : Ana Ruiz <talk@example.com>\nEnvoyé : lundi 3 novembre 2026 14:02\nÀ : Chloé\nObjet : Prix\n\nOui.",
         "De : Ana Ruiz <talk@example.com>\nEnvoyé : lundi 3 novembre 2026 14:02\nÀ : Chloé\nObjet : Prix\n\nOui."),
)  # fmt: skip

ALL = (*ATTRIBUTED, *HEADERS, *SIGNATURES, *KEPT, *BETWEEN)

IN_HTML = "<div>Comment répondre à leur prix ?</div>"
FIELDS = (
    "<b>De :</b> Ana Ruiz &lt;talk@example.com&gt;<br><b>Envoyé :</b> lundi 3 novembre 2026 14:02<br>"
    "<b>À :</b> Chloé Marchetti &lt;chloe@example.com&gt;<br><b>Objet :</b> Prix"
)
WROTE = "Le lun. 3 nov. 2026 à 14:02, Ana Ruiz &lt;<a href='mailto:talk@example.com'>talk@example.com</a>&gt; a écrit :"
PROGRAMS = {
    "outlook": f'<div class=WordSection1><p class=MsoNormal>Oui.<o:p></o:p></p><p class=MsoNormal>&nbsp;</p><div><div style="border:none;'
    f'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal>{FIELDS}</p></div></div>{IN_HTML}</div>',
    "outlook on the web": f'<div>Oui.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">{FIELDS}</div>{IN_HTML}',
    "outlook on a telephone": '<div dir="auto">Oui.</div><div id="ms-outlook-mobile-signature"><br>Télécharger <a href="https://aka.ms/o0u'
    f'kef">Outlook pour iOS</a></div><hr><div id="divRplyFwdMsg"><font>{FIELDS}</font></div>{IN_HTML}',
    "the new outlook": f'<div>Oui.</div><div id="mail-editor-reference-message-container"><div>{FIELDS}</div>{IN_HTML}</div>',
    "gmail": f'<div dir="ltr">Oui.<div><br></div>-- <br><div class="gmail_signature"><b>Chloé</b></div></div><br><div class="gmail_quote">'
    f'<div class="gmail_attr">{WROTE}<br></div><blockquote class="gmail_quote">{IN_HTML}</blockquote></div>',
    "apple mail": f'<div>Oui.</div><br><div>Envoyé de mon iPhone</div><div><br><blockquote type="cite">{WROTE}<br><br></blockquote></div>'
    f'<blockquote type="cite"><div>\ufeff{IN_HTML}</div></blockquote>',
    "thunderbird": f'<p>Oui.</p><div class="moz-cite-prefix">Le 03/11/2026 à 14:02, Ana Ruiz a écrit&nbsp;:<br></div><blockquote type="cite">'
    f'{IN_HTML}</blockquote><div class="moz-signature">-- <br>Chloé</div>',
    "yahoo": f'<div>Oui.</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>{WROTE}</div>{IN_HTML}</div>',
    "the new yahoo": f'<div>Oui.</div><div id="ydpb2yahoo_quoted_12" class="ydpb2yahoo_quoted">{IN_HTML}</div>',
    "samsung": f"<div>Oui.</div><div>Envoyé depuis mon appareil Galaxy</div><div>-------- Message d'origine --------</div>"
    f"<div>De : Ana Ruiz &lt;talk@example.com&gt;</div><div>Date : 03/11/2026 14:02 (GMT+01:00)</div>{IN_HTML}",
    "proton": f'<div>Oui.</div><div class="protonmail_signature_block">Envoyé avec Proton Mail</div><div class="protonmail_quote">{WROTE}<br>'
    f'<blockquote class="protonmail_quote">{IN_HTML}</blockquote></div>',
    "zimbra": f'<div>Oui.</div><hr id="zwchr"><div><b>De: </b>"Ana Ruiz" &lt;talk@example.com&gt;<br><b>À: </b>"Chloé"<br><b>Envoyé: </b>'
    f"Lundi 3 Novembre 2026 14:02:11<br><b>Objet: </b>Prix<br></div>{IN_HTML}",
}
"""What is “Oui.” in the HTML of each program."""
