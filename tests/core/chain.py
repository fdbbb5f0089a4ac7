"""The chain that the examples of codes are about, and names of all kinds."""

from certbulk.core.references.directory import Directory, Entry, Listing

CHAIN = Directory(
    {
        "locations": Listing(
            (
                Entry(720441, "Downtown", "Riga"),
                Entry(720442, "Airport", "Riga"),
                Entry(720443, "Old Town", "Tallinn"),
                Entry(720444, "Old Town", "Riga"),
                Entry(720445, "Center", "Riga"),
                Entry(720446, "Center, 2nd floor", "Riga"),
            ),
            complete=True,
            carried=frozenset({720440}),
        ),
        "services": Listing(
            (
                Entry(501, "Classic massage, 60 min", "Massage"),
                Entry(502, "Classic massage, 90 min", "Massage"),
            ),
            complete=True,
        ),
        "categories": Listing((Entry(51, "Massage"), Entry(52, "Face care")), complete=True),
    },
    offers={720441: frozenset({501, 502}), 720442: frozenset({501})},
    live=True,
)
SILENT_CHAIN = Directory({**CHAIN.lists, "services": Listing(trouble="HTTP 403")}, live=True)
