# The commands of a developer's day; CI calls the same ones.

CARGO_FLAGS := $(if $(filter true,$(CI)),--locked)

.PHONY: check test endurance bench deploy-test deny

# Format, lints, documentation: what has to be clean before a change is shown. Private items are documented as well, so
# links to them work.
check:
	cargo fmt --all --check
	cargo clippy $(CARGO_FLAGS) --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings -A rustdoc::private_intra_doc_links' cargo doc $(CARGO_FLAGS) --workspace --no-deps --document-private-items

# Every test, with private instances of the services they need.
test:
	scripts/test

# A million hostile packets, and what the tests do of it in small; a build and a minute.
endurance:
	cargo test $(CARGO_FLAGS) --release --workspace --test endurance -- --nocapture

# Load over real HTTP; prints figures, fails on nothing.
bench:
	scripts/bench

# Rollouts under load: 20 in a row, and broken releases. A release build and a quarter of an hour.
deploy-test:
	scripts/deploy-test

# Licences, sources and banned crates. Needs cargo-deny, and the network for `advisories`.
deny:
	cargo deny --config .deny.toml check bans licenses sources
