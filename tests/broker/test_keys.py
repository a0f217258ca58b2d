import pytest

from broker.keys import network_of


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.2", "192.0.2.2"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::1", "2001:db8:0:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("/run/proxy.sock", "/run/proxy.sock"),
    ],
)
def test_an_address_of_ipv6_is_counted_with_its_neighbours(address: str, counted_as: str):
    assert network_of(address) == counted_as
