-- Asks Latchkey whether a request may pass: `http-request lua.latchkey HOST:PORT`, with the address of Latchkey's gate listener.
--
-- A pass sets the caller's identity on the request and the variable txn.latchkey to "pass"; a refusal is answered at once, as Latchkey
-- worded it. In every other case nothing is set, and the configuration must deny the request.

local identity = { "latchkey-user", "latchkey-account", "latchkey-roles", "latchkey-request-id" }

-- What of a refusal is for the client.
local handed_on = { "content-type", "www-authenticate", "retry-after", "allow", "cache-control", "latchkey-request-id" }

-- Every value of one field of the client's request.
local function sent(headers, name)
    local values = {}
    for index, value in pairs(headers[name] or {}) do values[index + 1] = value end
    return values
end

local function question(txn)
    local headers = txn.http:req_get_headers()
    local asked = {
        ["x-original-method"] = { txn.f:method() },
        -- As it was sent, with its query.
        ["x-original-uri"] = { txn.f:pathq() or "" },
        ["x-real-ip"] = { txn.f:src() },
    }
    for _, name in ipairs({ "host", "authorization", "accept", "content-type", "user-agent" }) do
        local values = sent(headers, name)
        if #values > 0 then asked[name] = values end
    end
    return asked
end

local function first(headers, name)
    for _, value in pairs(headers[name] or {}) do return value end
    return nil
end

local function refuse(txn, answer)
    local reply = txn:reply()
    reply:set_status(answer.status)
    for _, name in ipairs(handed_on) do
        local value = first(answer.headers, name)
        if value then reply:add_header(name, value) end
    end
    if txn.f:method() ~= "HEAD" then reply:set_body(answer.body or "") end
    txn:done(reply)
end

core.register_action("latchkey", { "http-req" }, function(txn, gate)
    local answer = core.httpclient():get({
        -- In milliseconds, for each of four tries.
        url = "http://" .. gate .. "/gate/haproxy", headers = question(txn), timeout = 4000,
    })
    local status = answer and answer.headers and answer.status or 0
    -- HAProxy makes a 5xx of its own when it cannot reach the gate; Latchkey's carry an id.
    if status >= 400 and (status < 500 or first(answer.headers, "latchkey-request-id")) then return refuse(txn, answer) end
    if status ~= 200 then
        core.log(core.err, "latchkey: no answer from the gate at " .. gate)
        return
    end
    for _, name in ipairs(identity) do
        local value = first(answer.headers, name)
        if not value then return end
        txn.http:req_set_header(name, value)
    end
    txn:set_var("txn.latchkey", "pass")
end, 1)
