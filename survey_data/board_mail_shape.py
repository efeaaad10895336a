"""Who wants no yearly mail, as step 031 of migrations.py keeps it; frozen once released."""

BOARD_MAIL = ("ALTER TABLE staff ADD COLUMN no_board_mail_since TEXT",)
