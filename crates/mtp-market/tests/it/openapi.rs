//! The document names every route.

#[test]
fn every_route_is_in_it() {
    let document = serde_json::to_value(mtp_market::openapi()).unwrap();
    for route in mtp_market::ROUTES {
        let method = route.method.as_str().to_ascii_lowercase();
        let operation = &document["paths"][route.path][&method];
        assert!(
            operation["responses"]["401"].is_object(),
            "{} {}",
            route.method,
            route.path
        );
        assert_eq!(operation["security"], serde_json::json!([{"market_key": []}]));
    }
    let hook = &document["paths"]["/api/tenant/webhook/auto-provision"]["post"]["responses"];
    for status in [
        "200", "201", "202", "400", "401", "403", "409", "413", "415", "422", "429", "503",
    ] {
        assert!(hook[status].is_object(), "{status}");
    }
    assert_eq!(
        document["components"]["schemas"]["ProvisionTenant"]["additionalProperties"],
        false
    );
}
