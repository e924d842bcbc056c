//! The order of the chain is in its types, and is the order of a request's way.

#[test]
fn another_order_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/order/*.rs");
}
