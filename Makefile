# The few things one does here. Each line is a script; read scripts/ for what it does.
.PHONY: run test check bench soak pictures

# Builds the web app and the server, and starts it on http://127.0.0.1:8600 with ./data.
run:
	@scripts/run

# Everything that must hold. With MAIL=<folder>, real mail archives are read too; with SLACK=<zip>, a Slack export.
test:
	@MEANWHILE_TEST_MAIL="$(if $(MAIL),$(abspath $(MAIL)),$(MEANWHILE_TEST_MAIL))" \
	 MEANWHILE_TEST_SLACK="$(if $(SLACK),$(abspath $(SLACK)),$(MEANWHILE_TEST_SLACK))" scripts/test

# The quick loop: format, lints, and the tests of the inner crates.
check:
	@scripts/check

# The measured targets, each beside what it is compared with.
bench:
	@scripts/bench

# The long runs: many kills, faults and histories.
soak:
	@scripts/soak

# Every place of the web app in every state, as pictures on one page. With PLACES=, STATES=, WIDTHS= or WORDS=, some of them.
pictures:
	@PLACES="$(PLACES)" STATES="$(STATES)" WIDTHS="$(WIDTHS)" WORDS="$(WORDS)" scripts/pictures
