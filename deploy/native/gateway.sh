# The simulated phone, and the first answers a business writes.
# shellcheck shell=bash disable=SC2034

BUSINESS_NUMBER=+911234500000

simulator() {
    http "$1" "$(url_of gatewaysimulator)$2" "${3:-}" "Bearer $SMS_SIMULATOR_API_KEY"
}

# Only where nobody has written rules yet.
install_demo_rules() {
    local rules
    rules=$(url_of autoreply)/rules
    api GET "$rules" || fail "autoreply does not show its rules: $(problem)"
    ! json_flatten <<<"$HTTP_BODY" | grep -q '^rules\[0\]' || return 0
    api PUT "$rules?waivedBy=the%20demo" '{"rules":[
        {"name":"hours","match":"exact","words":["HOURS"],"reply":"We are open Monday to Friday, 9:00 to 17:00."},
        {"name":"balance","match":"contains","words":["balance"],"reply":"Your balance is in the app under Account."},
        {"name":"anything","match":"any","words":[],"reply":"Thanks, we will be with you shortly."}]}' ||
        fail "autoreply refused the demo rules: $(problem)"
}
