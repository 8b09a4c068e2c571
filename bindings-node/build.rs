//! Tells the linker that Node brings the symbols of N-API.

fn main() {
    napi_build::setup();
}
