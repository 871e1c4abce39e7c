"""The demonstration district, built through the actions that an officer would take."""
