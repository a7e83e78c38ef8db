"""One request over HTTP/2, as a client that has chosen it."""

import h2.config
import h2.connection
import h2.events


def exchange(connection, authority, path, headers=(), method="GET", body=b"", agreed=False):
    """(status, [(name, value)], body). With `agreed` nothing is asked before both have settled how large it may be."""
    assert connection.selected_alpn_protocol() == "h2", "HTTP/2 was not chosen"
    state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8", validate_outbound_headers=False))
    state.initiate_connection()
    while agreed:
        connection.sendall(state.data_to_send())
        agreed = not any(isinstance(event, h2.events.SettingsAcknowledged) for event in state.receive_data(connection.recv(65536)))
    fields = [(":method", method), (":scheme", "https"), (":authority", authority), (":path", path), *headers]
    state.send_headers(1, fields, end_stream=not body)
    if body:
        state.send_data(1, body, end_stream=True)
    connection.sendall(state.data_to_send())
    status, answer, data = 0, [], b""
    while True:
        received = connection.recv(65536)
        if not received:
            return status, answer, data
        for event in state.receive_data(received):
            if isinstance(event, h2.events.ResponseReceived):
                answer = [(name, value) for name, value in event.headers if not name.startswith(":")]
                status = int(dict(event.headers)[":status"])
            elif isinstance(event, h2.events.DataReceived):
                data += event.data
                state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                return status, answer, data
        connection.sendall(state.data_to_send())
