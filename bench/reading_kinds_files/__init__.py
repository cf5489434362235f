"""Price lists by kind: what wholesalers send, made by chance in many languages and written in many formats."""
