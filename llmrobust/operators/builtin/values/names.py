"""Names by type and region.

Written for llmrobust from common names, Apache-2.0.
"""

from __future__ import annotations

from collections.abc import Mapping

FEMALE: Mapping[str, tuple[str, ...]] = {
    "western": tuple("Anna Emma Laura Julia Sarah Alice Clara Helen Ruth Diana Sophie Marie Nora Olivia Grace Lucy Emily Rose Carol "
                     "Karen Nancy Linda Susan Amy Kate Jessica Hannah Martha Eva Ingrid Dora Paula Iris".split()),
    "south_asian": tuple("Priya Anjali Lakshmi Deepa Kavita Meera Sunita Asha Nisha Divya Pooja Radha".split()),
    "east_asian": tuple("Mei Yuki Hana Sakura Li Ying Xiu Jiwoo Minji Akiko Naoko Lan".split()),
    "african": tuple("Amina Ngozi Chioma Adaeze Zola Thandi Wanjiru Abena Fatou Ayo Makena Nia".split()),
    "arabic": tuple("Fatima Layla Aisha Mariam Noor Salma Huda Zainab Rania Yasmin Amal Samira".split()),
    "latin": tuple("Lucia Carmen Sofia Valentina Camila Isabel Elena Gabriela Daniela Rosa Pilar Mariana".split()),
}  # fmt: skip
MALE: Mapping[str, tuple[str, ...]] = {
    "western": tuple("Ben Carl Frank Henry Jack John Thomas Paul Peter David Daniel James William George Robert Michael Mark Simon "
                     "Oliver Noah Leo Max Tom Jim Bill Kevin Brian Eric Adam Oscar Victor Louis Martin".split()),
    "south_asian": tuple("Arjun Rahul Vikram Sanjay Ravi Anil Suresh Amit Karan Rohan Nikhil Vijay".split()),
    "east_asian": tuple("Wei Hiroshi Kenji Takeshi Jun Ming Jian Minho Seojun Haruto Bao Tuan".split()),
    "african": tuple("Kwame Chidi Emeka Tunde Sipho Kofi Jabari Mosi Ousmane Thabo Juma Ade".split()),
    "arabic": tuple("Omar Ahmed Hassan Khalid Yusuf Karim Tariq Samir Bilal Faisal Ibrahim Walid".split()),
    "latin": tuple("Diego Carlos Javier Miguel Pablo Andres Luis Fernando Mateo Rafael Jorge Alejandro".split()),
}  # fmt: skip
SURNAMES: Mapping[str, tuple[str, ...]] = {
    "western": tuple("Smith Jones Miller Wilson Taylor Clark Walker Wright Baker Cooper Fischer Weber Larsen Novak".split()),
    "south_asian": tuple("Patel Sharma Singh Gupta Reddy Nair Iyer Khan Das Mehta".split()),
    "east_asian": tuple("Wang Chen Tanaka Sato Suzuki Kim Park Nguyen Tran Zhang".split()),
    "african": tuple("Okafor Mensah Dlamini Abiola Diallo Mwangi Nkosi Adeyemi Kamau Traore".split()),
    "arabic": tuple("Haddad Mansour Nasser Khalil Saleh Farouk Aziz Hamdan Rahman Qasim".split()),
    "latin": tuple("Garcia Lopez Martinez Torres Ramirez Flores Vargas Castro Morales Ortega".split()),
}  # fmt: skip
CITIES: Mapping[str, tuple[str, ...]] = {
    "western": tuple("Paris|Rome|Oslo|Berlin|Madrid|London|Vienna|Dublin|Lisbon|Prague|Boston|Chicago|Toronto|Sydney|Geneva".split("|")),
    "south_asian": tuple("Mumbai|Delhi|Chennai|Kolkata|Lahore|Dhaka|Colombo|Kathmandu|Jaipur|Pune".split("|")),
    "east_asian": tuple("Tokyo|Osaka|Seoul|Beijing|Shanghai|Taipei|Hanoi|Kyoto|Busan|Nanjing".split("|")),
    "african": tuple("Lagos|Nairobi|Accra|Cairo|Dakar|Kampala|Durban|Kigali|Lusaka|Harare".split("|")),
    "arabic": tuple("Amman|Beirut|Baghdad|Doha|Muscat|Tunis|Damascus|Kuwait City|Aleppo|Basra".split("|")),
    "latin": tuple("Lima|Bogota|Quito|Havana|Santiago|Buenos Aires|Caracas|Montevideo|Medellin|Cusco".split("|")),
}  # fmt: skip
COUNTRIES: Mapping[str, tuple[str, ...]] = {
    "western": tuple("France|Italy|Norway|Germany|Spain|Austria|Ireland|Portugal|Canada|Australia|Sweden|Denmark".split("|")),
    "south_asian": tuple("India|Pakistan|Bangladesh|Nepal|Bhutan".split("|")),
    "east_asian": tuple("Japan|China|Vietnam|Thailand|Mongolia|Laos".split("|")),
    "african": tuple("Nigeria|Kenya|Ghana|Senegal|Uganda|Rwanda|Zambia|Tanzania".split("|")),
    "arabic": tuple("Lebanon|Iraq|Qatar|Oman|Tunisia|Morocco|Kuwait".split("|")),
    "latin": tuple("Peru|Colombia|Ecuador|Cuba|Chile|Argentina|Venezuela|Uruguay|Bolivia".split("|")),
}  # fmt: skip
ORGANISATIONS: Mapping[str, tuple[str, ...]] = {
    "software": tuple("Granite Software|Northwind Systems|Polaris Networks|Quillon Labs|Harrow Data".split("|")),
    "maker": tuple("Redstone Motors|Acme Works|Bluebird Engineering|Summit Machines|Larkspur Electric".split("|")),
    "media": tuple("Polaris Media|Maple Press|Lantern Television|Harbour Films|Sunrise Radio".split("|")),
    "school": tuple("Riverside College|Oakfield University|Silver Lake College|Kestrel University".split("|")),
    "agency": tuple("the Harbour Agency|the Northern Institute|the Kestrel Council|the Summit Bureau".split("|")),
    "shop": tuple("Greenway Foods|Northwind Traders|Lighthouse Stores|Orchard Drinks|Copper Kettle Cafes".split("|")),
}
"""Made up, by kind: they are nobody's."""
KNOWN_ORGANISATIONS: Mapping[str, tuple[str, ...]] = {
    "software": tuple("Google|Microsoft|Apple|Amazon|Facebook|IBM|Oracle|Intel".split("|")),
    "maker": tuple(
        "Toyota|Samsung|Sony|Nokia|Siemens|BMW|Volkswagen|Boeing|Airbus|Nike|Honda|Tesla|Philips".split("|")
    ),
    "media": tuple("Netflix|Disney|the BBC|CNN|Reuters|Spotify".split("|")),
    "school": tuple("Harvard|Oxford|Stanford|Yale|Cambridge".split("|")),
    "agency": tuple("NASA|UNESCO|UNICEF|NATO".split("|")),
    "shop": tuple("Walmart|Starbucks|McDonald's|Coca-Cola|Pepsi|IKEA".split("|")),
}
AMBIGUOUS = frozenset("Grace Rose Mark Bill Max Iris Will Jack Li Ming Lan Mei Rosa Carol Frank Ruth Amy Ade Das Park Baker Cooper Clark "
                      "Walker Wright Taylor Smith Miller Apple Amazon Lima Nancy Chad Jordan".split())  # fmt: skip
"""Names that are other words; taken for names only where the text is sure, beside a capitalised word or a form of be."""
PEOPLE_TOO = frozenset("Sydney Paris Chad Jordan Santiago Lima".split())
"""Places that are first names too; taken for places only where each stands after "in", "from", "near" or "at"."""
REGIONS = tuple(FEMALE)
