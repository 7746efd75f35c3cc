# SPDX-License-Identifier: GPL-2.0
# The manual: make docs
project = "ringswitch"
root_doc = "index"
html_theme = "alabaster"
html_copy_source = False
# What Sphinx does not know of the kernel's C.
c_id_attributes = ["__percpu", "__rcu"]
