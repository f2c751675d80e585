PYTHON ?= python3
EXTRAS ?= test
RUN = @$(PYTHON) tools/setup_env.py
RUN_TEST = $(RUN) --extras $(or $(strip $(EXTRAS)),test)

.DEFAULT_GOAL = help
.PHONY: help lab test slides site bench benchmark-choosing lint notebooks exercises lecturers constraints overview grade-demo

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*##/make \1:/p' Makefile
lab:  ## open the course in JupyterLab (the first time, this installs it)
	$(RUN) course lab $(ARGS)
test:  ## run everything: unit tests, all notebooks, a browser
	$(RUN_TEST) pytest
slides:  ## make the slides for lectures, in _slides/ (one chapter: make slides ARGS=07_relu; as PDF, too: ARGS=--pdf)
	$(RUN) --extras site course slides $(ARGS)
site:  ## make the website, in _site/ (installs PyTorch, which chapter 21 shows)
	$(RUN) --extras site,torch course site $(ARGS)
bench:  ## measure speed and accuracy beside the peers (with PyTorch: EXTRAS=test,torch)
	$(RUN_TEST) python -m benchmarks
benchmark-choosing:  ## run the comparison of chapter 20 anew (three minutes), into course_lib/data/choosing.json
	$(RUN) python -m benchmarks.choosing
lint:  ## check the style of the code and the spelling of the text
	$(RUN_TEST) ruff check
	$(RUN_TEST) ruff format --check
	$(RUN_TEST) codespell
notebooks:  ## bring the notebooks into their stored form
	$(RUN) python tools/tidy_notebooks.py
exercises:  ## derive exercises/ from solutions/ (answers in them are kept in exercises/kept/)
	$(RUN) course exercises
lecturers:  ## write the plans of all chapters into docs/lecturers.md
	$(RUN) python -m course_lib.publishing.plans
constraints:  ## resolve the exact versions anew, into constraints.txt
	@$(PYTHON) tools/constraints.py
overview:  ## draw docs/overview.png
	$(RUN) python -m course_lib.plots docs/overview.png
grade-demo:  ## grade a class that never was, and open the report
	@rm -rf grades-demo/class
	$(RUN) python -m benchmarks.synthetic_class grades-demo/class --learners 80 --each 3
	$(RUN) course grade grades-demo/class/submitted --out grades-demo
	-$(RUN) python -m webbrowser "file://$(CURDIR)/grades-demo/index.html"
