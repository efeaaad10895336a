"""Settings at the office: association, staff, logo, retention."""
