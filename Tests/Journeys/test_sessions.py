"""A session after a change of password, and forms that did not come from our own pages."""

import latchkey
from forms import FormClient


def test_t58_a_changed_password_ends_every_cookie_but_the_one_just_given(tmp_path):
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        ben = server.facts["basic"]
        here, elsewhere = FormClient(server).sign_in(ben["username"], ben["password"]), FormClient(server)
        elsewhere.sign_in(ben["username"], ben["password"])
        copied = FormClient(server)
        copied.cookies = dict(here.cookies)
        fields = {"current_password": ben["password"], "password": "a lantern beside the river"}
        status, headers, text = here.post("/profile/security", fields)
        assert status == 303, text[:1500]
        cookies = headers.get_all("Set-Cookie")
        assert len(cookies) == 1 and all(
            word in cookies[0] for word in ("__Host-", "Secure", "HttpOnly", "SameSite=Lax", "Path=/")) and "Domain" not in cookies[0]
        assert here.get("/profile")[0] == 200
        assert copied.get("/profile")[0] == 303 and elsewhere.get("/profile")[0] == 303


def test_t59_a_form_from_elsewhere_changes_nothing(demo):
    admin = demo.facts["admin"]
    client = FormClient(demo).sign_in(admin["username"], admin["password"])
    hidden = client.form("/profile", "/profile")
    fields = {**hidden, "first_name": "Mallory", "last_name": "M", "email": "m@example.com", "phone": "9195550134"}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.request("POST", "/profile", fields, headers)[0] == 403, headers
    stale = {**fields, **{name: "0" * 64 for name in hidden if name == "_form"}}
    assert stale != fields and client.request("POST", "/profile", stale)[0] == 403
    assert "Mallory" not in client.get("/profile")[2]
