from domain.model.addresses import Address


def test_a_viewer_without_rights_sees_town_and_country_only() -> None:
    address = Address(
        country_code="US", name="Ada", company="Engines", address1="1 Main St", address2="Floor 2",
        city="San Francisco", province_code="CA", zip="94103", phone="+14155552671",
    )  # fmt: skip
    assert address.town_and_country() == Address(country_code="US", city="San Francisco")
