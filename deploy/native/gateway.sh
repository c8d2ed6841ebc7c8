# What a business does once after installing: connect its phone, and write its first answers.
# shellcheck shell=bash

BUSINESS_NUMBER=+911234500000

simulator() {
    http "$1" "$(url_of gatewaysimulator)$2" "${3:-}" "Bearer $SMS_SIMULATOR_API_KEY"
}

# The simulator posts its webhooks to ingress and hands out the secret it signs them with; ingress is told.
connect_gateway() {
    local secret
    begin "Connecting the phone"
    simulator PUT /v1/webhooks "{\"url\":\"$(url_of ingress)/hooks/sms\",\"enabled\":true}" ||
        fail "the gateway simulator refused the webhook: $(problem)"
    secret=$(json_value secret <<<"$HTTP_BODY")
    [[ $secret ]] || fail "the gateway simulator gave no webhook secret: $HTTP_BODY"
    api PUT "$(url_of ingress)/endpoints/sms" "{\"secret\":$(json_string "$secret"),\"number\":\"$BUSINESS_NUMBER\"}" ||
        fail "ingress refused the endpoint: $(problem)"
    finish "$BUSINESS_NUMBER"
}

# Only where nobody has written rules yet.
install_demo_rules() {
    local rules
    rules=$(url_of autoreply)/rules
    api GET "$rules" || fail "autoreply does not show its rules: $(problem)"
    ! json_flatten <<<"$HTTP_BODY" | grep -q '^rules\[0\]' || return 0
    api PUT "$rules" '{"rules":[
        {"name":"hours","match":"exact","words":["HOURS"],"reply":"We are open Monday to Friday, 9:00 to 17:00."},
        {"name":"balance","match":"contains","words":["balance"],"reply":"Your balance is in the app under Account."},
        {"name":"anything","match":"any","words":[],"reply":"Thanks, we will be with you shortly."}]}' ||
        fail "autoreply refused the demo rules: $(problem)"
}
