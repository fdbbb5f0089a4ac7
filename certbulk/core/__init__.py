"""What certbulk knows: columns, kinds of values, rules, payloads. No disk, network or clock."""
