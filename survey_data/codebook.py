"""What every table and column of the two published databases means, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One row of the codebook; column "" describes the table itself."""

    table_name: str
    column_name: str
    label_sv: str
    label_en: str
    definition_sv: str
    definition_en: str
    unit_sv: str = ""
    unit_en: str = ""


def _entries(table: str, text: str) -> tuple[Entry, ...]:
    lines = (line.strip() for line in text.strip().splitlines())
    return tuple(Entry(table, *(part.strip() for part in line.split("|"))) for line in lines)


YEAR = "year | År | Year | Det år som uppgiften gäller. | The year the figure is about. | år | year"
SOURCE = (
    "source | Källa | Source | Nyckel till tabellen sources. | Key to the table sources."
)

OPEN = (
    *_entries(
        "observations",
        f"""
        | Observationer | Observations | Alla öppna siffror, en rad för varje år, område och mått. Varje värde har en status bredvid sig. | Every open figure, one row for each year, area and indicator. Each value has a status beside it.
        {YEAR}
        area_type | Områdestyp | Area type | county = länet, province = landskapet, municipality = kommunen. | county, province or municipality.
        area_code | Områdeskod | Area code | 21 = Gävleborgs län, HALSINGLAND, GASTRIKLAND eller kommunkod med fyra siffror. | 21 = the county of Gävleborg, HALSINGLAND, GASTRIKLAND or a municipality code of four digits.
        indicator | Mått | Indicator | Måttets namn i tabellen indicators. | The indicator's name in the table indicators.
        value | Värde | Value | Antal. Tomt bara när värdet är dolt (status x). | A count. Empty only when the value is hidden (status x). | se måttets enhet | see the indicator's unit
        status | Status | Status | Tecken för värdet: n vanlig, x dold, e skattad, r rättad, p preliminär, s summan avviker. | Sign for the value: n normal, x hidden, e estimated, r revised, p preliminary, s the stated total differs from its parts.
        note | Anmärkning | Note | Det som behöver sägas om värdet, på svenska. | What needs saying about the value, in Swedish.
        note_en | Anmärkning (engelska) | Note in English | Samma anmärkning på engelska. | The same note in English.
        {SOURCE}
        """,
    ),
    *_entries(
        "indicators",
        """
        | Mått | Indicators | Vad varje mått betyder, i vilken enhet och vilken total det är en del av. | What each indicator means, its unit and the total it is part of.
        name | Namn | Name | Måttets namn i data. | The indicator's name in the data.
        label_sv | Benämning | Label in Swedish | Måttets svenska benämning. | The indicator's label in Swedish.
        label_en | Benämning (engelska) | Label | Måttets engelska benämning. | The indicator's label in English.
        unit_sv | Enhet | Unit in Swedish | Enhet på svenska. | Unit in Swedish.
        unit_en | Enhet (engelska) | Unit | Enhet på engelska. | Unit in English.
        definition_sv | Definition | Definition in Swedish | Vad som räknas, på svenska. | What is counted, in Swedish.
        definition_en | Definition (engelska) | Definition | Vad som räknas, på engelska. | What is counted, in English.
        part_of | Del av | Part of | Den total som måttet är en del av. | The total the indicator is part of.
        sort_order | Ordning | Order | Ordning i tabeller och rapporter. | Order in tables and reports.
        """,
    ),
    *_entries(
        "trend",
        f"""
        | Utvecklingen | The trend | En rad om året för hela länet: så som serien skrivs ut i rapporten. | One row a year for the whole county: the series as the report prints it.
        {YEAR}
        enterprises | Företag | Enterprises | Företag i länet. | Enterprises in the county. | företag | enterprises
        enterprises_halsingland | Företag i Hälsingland | Enterprises in Hälsingland | Företag i Hälsingland. | Enterprises in Hälsingland. | företag | enterprises
        enterprises_gastrikland | Företag i Gästrikland | Enterprises in Gästrikland | Företag i Gästrikland. | Enterprises in Gästrikland. | företag | enterprises
        employees | Anställda | Employees | Anställda personer. | Persons employed. | personer | persons
        employees_women | Anställda kvinnor | Employees, women | Anställda kvinnor. | Employees who are women. | personer | persons
        employees_men | Anställda män | Employees, men | Anställda män. | Employees who are men. | personer | persons
        placed | Placerade | Placed | Placerade personer; 2016–2020 det tal som källan anger. | Persons placed; 2016–2020 the number the source states. | personer | persons
        placed_af | Placerade av Arbetsförmedlingen | Placed by the Public Employment Service | Placerade av Arbetsförmedlingen. | Placed by the Public Employment Service. | personer | persons
        placed_kommun | Placerade av kommunen | Placed by a municipality | Placerade av en kommun. | Placed by a municipality. | personer | persons
        placed_other | Övriga placerade | Placed by others | Placerade av någon annan. | Placed by someone else. | personer | persons
        reached | Nådda | Reached | Personer som fått information. | Persons given information. | personer | persons
        note | Anmärkning | Note | Det som behöver sägas om året. | What needs saying about the year.
        """,
    ),
    *_entries(
        "areas",
        """
        | Områden | Areas | Länet, landskapen och kommunerna. | The county, the provinces and the municipalities.
        area_type | Områdestyp | Area type | county, province eller municipality. | county, province or municipality.
        area_code | Områdeskod | Area code | Områdets kod. | The area's code.
        name | Namn | Name | Områdets namn. | The area's name.
        part_of | Del av | Part of | Koden för det större området. | Code of the larger area.
        """,
    ),
    *_entries(
        "statuses",
        """
        | Tecken | Signs | Vad tecknet bredvid ett värde betyder. | What the sign beside a value means.
        code | Kod | Code | Koden i data. | The code in the data.
        symbol | Tecken | Symbol | Tecknet som visas. | The symbol shown.
        label_sv | Benämning | Label in Swedish | Ordet bredvid tecknet. | The word beside the sign, in Swedish.
        label_en | Benämning (engelska) | Label | Ordet på engelska. | The word beside the sign.
        explanation_sv | Förklaring | Explanation in Swedish | Vad det betyder. | What it means, in Swedish.
        explanation_en | Förklaring (engelska) | Explanation | Vad det betyder, på engelska. | What it means.
        """,
    ),
    *_entries(
        "discrepancies",
        f"""
        | Avvikelser | Discrepancies | Summor som källan anger men som inte stämmer med sina delar. De rättas aldrig i tysthet. | Totals that the source states but that differ from their parts. They are never corrected in silence.
        indicator | Mått | Indicator | Måttets namn. | The indicator's name.
        period | Period | Period | År eller period. | Year or period.
        stated | Angivet | Stated | Summan som källan anger. | The total the source states. | personer | persons
        parts_sum | Delarnas summa | Sum of the parts | Vad delarna blir tillsammans. | What the parts add up to. | personer | persons
        difference | Skillnad | Difference | Angivet minus delarnas summa. | Stated minus the sum of the parts. | personer | persons
        note_sv | Förklaring | Explanation in Swedish | Förklaring på svenska. | Explanation in Swedish.
        note_en | Förklaring (engelska) | Explanation | Förklaring på engelska. | Explanation in English.
        {SOURCE}
        """,
    ),
    *_entries(
        "coverage",
        """
        | Svarsläge | Coverage | Hur många företag som tillfrågades och svarade varje år. | How many enterprises were asked and answered each year.
        year | År | Year | Inventeringens år. | The year of the inventory. | år | year
        asked | Tillfrågade | Asked | Företag i registret på räknedagen. Tomt: källan säger inget. | Enterprises in the register on the reference date. Empty: the source does not say. | företag | enterprises
        answered | Svarade | Answered | Företag som lämnade in. Tomt: källan säger inget. | Enterprises that handed in. Empty: the source does not say. | företag | enterprises
        is_example | Exempel | Example | 1 när årets företag är påhittade. | 1 when the year's enterprises are fictitious.
        reference_date | Räknedag | Reference date | Dagen som uppgifterna avser. | The day the figures refer to.
        """,
    ),
    *_entries(
        "milestones",
        f"""
        | Händelser | Milestones | Det som hände runt företagen: policyer, planer, samverkansgrupper, konferenser. | What happened around the enterprises: policies, plans, collaboration groups, conferences.
        {YEAR}
        period | När | When | Tid på året, så som källan anger den. | Time of the year as the source states it.
        municipality_code | Kommunkod | Municipality code | Kommunen det gällde, om någon. | The municipality concerned, if any.
        type | Slag | Type | Slag av händelse. | Kind of event.
        label_sv | Händelse | Event in Swedish | Vad som hände. | What happened, in Swedish.
        label_en | Händelse (engelska) | Event | Vad som hände, på engelska. | What happened.
        {SOURCE}
        """,
    ),
    *_entries(
        "national",
        f"""
        | Riket | The country | Nationella siffror. Källorna räknar olika: visa aldrig en siffra utan källa och population. | National figures. The sources count differently: never show one without source and population.
        year | År | Year | År eller period. | Year or period. | år | year
        measure | Mått | Measure | Vad som räknats. | What was counted.
        value | Värde | Value | Talet. | The number.
        unit_sv | Enhet | Unit in Swedish | Enhet. | Unit in Swedish.
        unit_en | Enhet (engelska) | Unit | Enhet på engelska. | Unit.
        definition_sv | Population | Population in Swedish | Vilka som räknats. | Who was counted, in Swedish.
        definition_en | Population (engelska) | Population | Vilka som räknats, på engelska. | Who was counted.
        {SOURCE}
        """,
    ),
    *_entries(
        "sources",
        """
        | Källor | Sources | Varifrån siffrorna kommer. | Where the figures come from.
        key | Nyckel | Key | Källans nyckel i data. | The source's key in the data.
        title_sv | Titel | Title in Swedish | Källans titel. | The source's title in Swedish.
        title_en | Titel (engelska) | Title | Titeln på engelska. | The title in English.
        publisher | Utgivare | Publisher | Vem som gett ut den. | Who published it.
        url | Adress | Address | Adress på webben, om den finns. | Address on the web, if any.
        """,
    ),
    *_entries(
        "release",
        """
        | Utgåva | Release | Den utgåva som databasen innehåller. | The release the database holds.
        id | Nummer | Number | Utgåvans nummer: senaste året och löpnummer. | The release's number: latest year and serial number.
        published_at | Publicerad | Published | När den publicerades (UTC). | When it was published (UTC).
        kind | Slag | Kind | final = slutlig, preliminary = preliminär, revised = rättad. | final, preliminary or revised.
        includes_examples | Exempel | Examples | 1 när någon siffra bygger på påhittade företag. | 1 when any figure rests on fictitious enterprises.
        note_sv | Anmärkning | Note in Swedish | Vad som är nytt eller rättat. | What is new or revised, in Swedish.
        note_en | Anmärkning (engelska) | Note | Vad som är nytt eller rättat, på engelska. | What is new or revised.
        """,
    ),
    *_entries(
        "codebook",
        """
        | Kodbok | Codebook | Alla tabeller och kolumner med betydelse och enhet. | Every table and column with its meaning and unit.
        table_name | Tabell | Table | Tabellens namn. | The table's name.
        column_name | Kolumn | Column | Kolumnens namn; tomt för tabellen själv. | The column's name; empty for the table itself.
        label_sv | Benämning | Label in Swedish | Svensk benämning. | Label in Swedish.
        label_en | Benämning (engelska) | Label | Engelsk benämning. | Label in English.
        definition_sv | Betydelse | Meaning in Swedish | Vad den betyder. | What it means, in Swedish.
        definition_en | Betydelse (engelska) | Meaning | Vad den betyder, på engelska. | What it means.
        unit_sv | Enhet | Unit in Swedish | Enhet. | Unit in Swedish.
        unit_en | Enhet (engelska) | Unit | Enhet på engelska. | Unit.
        """,
    ),
)

EXAMPLE = (
    "is_example | Exempel | Example | 1 när företaget är påhittat."
    " | 1 when the enterprise is fictitious."
)
PLACE = """
        municipality_code | Kommunkod | Municipality code | Kommunen i registret. | The municipality in the register.
        municipality | Kommun | Municipality | Kommunens namn. | The municipality's name.
        province | Landskap | Province | HALSINGLAND eller GASTRIKLAND, räknat ur kommunen. | HALSINGLAND or GASTRIKLAND, derived from the municipality."""

ANSWERS_FRAME = _entries(
    "answers",
    f"""
    | Svar | Answers | En rad för varje företag och år: den senaste inlämningen. Inga kontaktuppgifter, inga länkar, ingen fritext som inte granskats. | One row for each enterprise and year: the newest hand-in. No contacts, no links, no free text that is not reviewed.
    {YEAR}
    enterprise_id | Företagets id | Enterprise id | Nyckel till tabellen enterprises. | Key to the table enterprises.
    municipality | Kommun | Municipality | Kommunen i registret; municipality_code är den som företaget svarade. | The municipality in the register; municipality_code is the one answered.
    province | Landskap | Province | HALSINGLAND eller GASTRIKLAND, räknat ur kommunen i registret. | HALSINGLAND or GASTRIKLAND, derived from the municipality in the register.
    {EXAMPLE}
    version | Version | Version | Hur många gånger företaget lämnat in i år. | How many times the enterprise has handed in this year.
    mode | Insamlingssätt | Mode | web, phone, import eller example. | web, phone, import or example.
    language | Språk | Language | Språket som formuläret fylldes i på. | The language the form was filled in.
    handed_in_at | Inlämnat | Handed in | När svaret lämnades in (UTC). | When the answer was handed in (UTC).
    """,
)

ANALYSTS = (
    *_entries(
        "enterprises",
        f"""
        | Företag | Enterprises | Registret utan kontaktpersoner. | The register without contacts.
        id | Id | Id | Företagets id. | The enterprise's id.
        org_number | Organisationsnummer | Organisation number | NNNNNN-NNNN. | NNNNNN-NNNN.
        name | Namn | Name | Företagets namn. | The enterprise's name.
        unit_name | Enhet | Unit | Enhetens namn om ASF är en del av en större organisation. | The unit's name where the ASF is part of a larger organisation.
        {PLACE.strip()}
        legal_form | Juridisk form | Legal form | Juridisk form i registret. | Legal form in the register.
        active_from | Verksam från | Active from | Första dagen i registret. | First day in the register.
        active_to | Verksam till | Active to | Sista dagen i registret, tomt om den finns kvar. | Last day in the register, empty while it stays.
        {EXAMPLE}
        """,
    ),
    *_entries(
        "rounds",
        """
        | Omgångar | Rounds | Varje års inventering. | Each year's inventory.
        year | År | Year | Inventeringens år. | The year of the inventory. | år | year
        reference_date | Räknedag | Reference date | Dagen som uppgifterna avser. | The day the figures refer to.
        due_date | Sista svarsdag | Due date | Sista dag att svara. | Last day to answer.
        opened_at | Öppnad | Opened | När omgången öppnades (UTC). | When the round was opened (UTC).
        closed_at | Stängd | Closed | När omgången stängdes (UTC). | When the round was closed (UTC).
        invited | Inbjudna | Invited | Antal inbjudna företag. | Number of enterprises invited. | företag | enterprises
        answered | Svarade | Answered | Antal företag som lämnade in. | Number of enterprises that handed in. | företag | enterprises
        is_example | Exempel | Example | 1 när årets företag är påhittade. | 1 when the year's enterprises are fictitious.
        """,
    ),
    *_entries(
        "questions",
        """
        | Frågor | Questions | Frågorna som de ställdes varje år. | The questions as they were asked each year.
        year | År | Year | Inventeringens år. | The year of the inventory. | år | year
        name | Namn | Name | Frågans namn, samma som kolumnen i answers. | The question's name, the same as its column in answers.
        module | Del | Module | Vilken del av formuläret. | Which part of the form.
        label_sv | Fråga | Question in Swedish | Frågan på svenska. | The question in Swedish.
        label_en | Fråga (engelska) | Question | Frågan på engelska. | The question.
        help_sv | Hjälp | Help in Swedish | Hjälptexten på svenska. | The help text in Swedish.
        help_en | Hjälp (engelska) | Help | Hjälptexten på engelska. | The help text.
        unit_sv | Enhet | Unit in Swedish | Enhet. | Unit in Swedish.
        type | Typ | Type | Frågans typ. | The question's type.
        required | Krävs | Required | 1 när svar krävs. | 1 when an answer is required.
        sort_order | Ordning | Order | Ordning i formuläret. | Order in the form.
        """,
    ),
    *_entries(
        "enterprise_trend",
        f"""
        | Företagens utveckling | Enterprise trend | Totaler för varje företag och år, och förändringen mot året före. | Totals for each enterprise and year, and the change since the year before.
        {YEAR}
        enterprise_id | Företagets id | Enterprise id | Nyckel till tabellen enterprises. | Key to the table enterprises.
        enterprise_name | Företag | Enterprise | Företagets namn. | The enterprise's name.
        employees_total | Anställda | Employees | Antal anställda. | Number of employees. | personer | persons
        employees_change | Ändring, anställda | Change, employees | Mot året före. | Since the year before. | personer | persons
        placed_total | Placerade | Placed | Antal placerade. | Number of persons placed. | personer | persons
        placed_change | Ändring, placerade | Change, placed | Mot året före. | Since the year before. | personer | persons
        {EXAMPLE}
        """,
    ),
    *(entry for entry in OPEN if entry.table_name in ("release", "codebook")),
)
